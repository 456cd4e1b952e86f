"""Where a message is cut into clauses: the thresholds."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold

LABELLED = "labelled messages"


@dataclass(frozen=True, slots=True)
class ClauseOptions:
    """Thresholds of the cuts. The weights of the learned borders lie in ``boundary_model.json``."""

    pause_s: float = threshold(
        0.3, "A pause of this length cuts.", unit="s",
        source="pauses within a phrase are mostly shorter; pauses are counted from 0.15 to 0.3 s in the literature",
    )  # fmt: skip
    pause_reach_s: float = threshold(
        0.15, "A measured pause belongs to a border between words that is no farther than this from it.", unit="s",
        source="word times err by about so much",
    )  # fmt: skip
    learned_cut: float = threshold(
        0.07, "Cut where the learned probability is this high, in stretches without marks.", unit="share",
        source="recall matters more than precision here: without marks and capitals recall rises from .73 to .82 at a "
        "precision of .52", tuned_on="labelled messages of other reps",
    )  # fmt: skip
    early_cut: float = threshold(
        0.1, "The same among the first words, marks or not, where caller or company was not found: names that were heard wrong "
        "hide there.", unit="share", source="our default", tuned_on=LABELLED,
    )  # fmt: skip
    bare_words: int = threshold(
        20, "A stretch of more words than this without a mark counts as unpunctuated.",
        source="labelled clauses seldom are as long", tuned_on=LABELLED,
    )  # fmt: skip
    item_words: int = threshold(
        2, "Between two commas, so few words are an item of a list and no clause.", source="our default", tuned_on=LABELLED
    )
    next_item_words: int = threshold(
        3, "The same for the words after the second comma.", source="our default", tuned_on=LABELLED
    )
    crumb_words: int = threshold(
        2, "So few words of grammar alone are no clause: they join a neighbour.", source="our default", tuned_on=LABELLED
    )
    lead_words: int = threshold(
        7,
        'At most so many words that announce a number ("my number is") stay with it.',
        source="our default",
        tuned_on=LABELLED,
    )  # fmt: skip
    doubled_least_digits: int = threshold(
        7, "A number written twice in one word has at least so many digits each time.", source="a local number has seven"
    )
    doubled_most_digits: int = threshold(
        12, "And at most so many.", source="ten, the country's 1, and one that was added by mistake"
    )
    doubled_likeness: float = threshold(
        0.7, "The halves are the same number when so much of them agrees (difflib's ratio): digits get lost in between.",
        unit="share", source="our default",
    )  # fmt: skip


DEFAULT = ClauseOptions()
