"""The thresholds of scoring, each with its unit, source and the data it was tuned on."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """Thresholds inside the checks; what a rubric can set stands in the rubric instead."""

    unsure_local: float = threshold(
        0.6,
        "A number of seven digits with less confidence could not be made out; it is not one with three digits too few.",
        unit="probability",
        source="our default",
    )
    fast_number: float = threshold(
        4.5,
        "Of a number said faster than this recognisers lose digits: seven are not held against the caller.",
        unit="digits per second",
        source="one sample with ten digits said at 6 was heard with seven in four of eight codecs, each time alike",
        tuned_on="six messages through eight codecs, tiny.en",
    )
    alike_number: float = threshold(
        0.85,
        "A number heard that agrees in more of its digits with the manifest's caller_id may be the same, misheard.",
        unit="share of digits",
        source="our default: one digit of ten",
    )
    min_baseline: int = threshold(
        10,
        "Fewest messages from which a rep's own pace is taken.",
        unit="messages",
        source="our default: a score must not depend on the order of a batch",
    )
    fewest_pace_words: int = threshold(
        8, "Fewest spoken words for a speaking rate to be checked.", unit="words", source="our default"
    )
    stretch_words: int = threshold(
        8, "Length of the stretch that is shown as the fastest or the slowest.", unit="words", source="our default"
    )
    pace_error: float = threshold(
        0.05,
        "A pace this share beyond a limit cannot be told from the limit: misheard words move it that much between codecs.",
        unit="share",
        source="the benchmarks' row `pace`",
        tuned_on="the spoken samples through telephone codecs",
    )
    pause_snr_db: float = threshold(
        30.0,
        "With less above the noise no pause before the number is n/a: noise that swells fills pauses.",
        unit="dB",
        source="the benchmarks' row `verdicts`",
        tuned_on="its tuning half",
    )
    figures_digits: int = threshold(
        5,
        "So many figures near each other may be a number that fell apart in hearing.",
        source="our default: a year or a time has four",
    )
    figures_words: int = threshold(3, "So many words count as near each other.", unit="words", source="our default")
    level_end_st: float = threshold(
        0.5,
        "Ends of sentences that move by less, up or down, are level: neither a fall nor a rise.",
        unit="semitones",
        source="the standard error of one end, see `least_error_st`",
        tuned_on="the tuning half of the ends of known movement (benchmarks/rows/final_pitch.py)",
    )
    end_errors: float = threshold(
        2.0,
        "The median movement of the ends is told from none beyond so many of its standard errors.",
        unit="standard errors",
        source="95 of 100 errors are smaller",
    )
    end_share: float = threshold(
        0.6,
        "Sentences end on a rise where this share of them rises by more, and on a fall where no more rise than are left.",
        unit="share of the ends",
        source="our default",
    )
    near_limit: float = threshold(
        0.1,
        "A measure this share from its limit counts in full, and less the nearer it is: so much moves it between codecs.",
        unit="share of the limit",
        source="the benchmarks' row `pace`",
        tuned_on="the spoken samples through telephone codecs",
    )
    pause_reach_s: float = threshold(
        0.35,
        "A pause that ends this near the first digit counts as the pause before the number: word times reach into pauses.",
        unit="s",
        source="our default",
    )


@dataclass(frozen=True, slots=True)
class ConfidenceOptions:
    """When a verdict is too unsure to count, and is n/a instead."""

    readable_probability: float = threshold(
        0.45,
        "Below this mean word probability the words cannot be trusted, and checks of content are n/a.",
        unit="probability",
        source="our default",
    )
    guess_probability: float = threshold(
        0.6,
        "A word with less recognition probability is a guess: where one stands at the place of a name or a company that "
        "was not found, nobody is told to say it.",
        unit="probability",
        source="our default",
    )
    sure_name: float = threshold(
        0.8,
        "A listener's name heard with less probability is not held against the one on the list.",
        unit="probability",
        source="our default",
    )
    alike_name: float = threshold(
        0.5,
        "A name heard that is at least so alike the one on the list may be the same, misheard.",
        unit="0 to 1, as the rubric's least_similarity",
        source="our default",
    )
    guessed_name: float = threshold(
        0.6,
        "A listener's name that is a guess (see sure_name), and so alike the one on the list, is that name, misheard.",
        unit="0 to 1, as the rubric's least_similarity",
        source="of two people of the labelled messages 2.4 % have names so alike, and .8 is reached by 0.1 %",
        tuned_on="the tuning half of the benchmark of verdicts",
    )
    lost_speech_s: float = threshold(
        1.0,
        "In so much speech without words a number, a name or a reason may have been said: what was not heard is n/a then.",
        unit="s",
        source="our default: ten digits said fast take 1.5 s, a name half a second",
    )
    number_s: float = threshold(
        1.5,
        "Guesses that last less hide no telephone number.",
        unit="s",
        source="our default: ten digits said fast take as long",
    )
    readable_snr_db: float = threshold(
        4.4,
        "Below this level of the voice over the noise the words cannot be trusted either. Nearly every fail would be n/a, and "
        "the passes left would raise the points (from 77 to 86 at 0 dB before there was this limit).",
        unit="dB",
        source="the benchmarks' row `uncertainty`",
        tuned_on="the spoken samples under noise",
    )
    sure_fail: float = threshold(
        0.4,
        "A fail with less confidence is n/a.",
        unit="probability",
        source="our default; see the benchmarks' row `uncertainty`",
    )
    sure_pass: float = threshold(
        0.25,
        "A pass with less confidence is n/a. Lower than for a fail, as the one word of a name that a pass rests on is often "
        "unsure on a clear line.",
        unit="probability",
        source="our default; see the benchmarks' row `uncertainty`",
    )
    sure_empty: float = threshold(
        0.6,
        "Where what is heard as the reason says nothing, no other part must be one with more than 1 - this probability, "
        "for a missing reason to be held against the caller.",
        unit="probability",
        source="our default",
        tuned_on="the tuning half of labels/quality.jsonl",
    )
    sure_absent: float = threshold(
        0.8,
        "A fail because a part was not heard is n/a where the part model is less sure that there is none. Of 23 fails for want "
        "of a reason that were surer all were right, of the 28 others 16; for want of a value or an offer 97 % of 74 and 63 % "
        "of 65. Passes were right nine times in ten however unsure the model was (it is tuned to find rare parts): they stay.",
        unit="probability",
        source="counted on labelled messages",
        tuned_on="328 labelled sales messages by reps the model had not met, recognised text",
    )
    full_absent: float = threshold(
        0.9,
        "A fail because a part was not heard counts in full from this probability of its absence on, and in part from "
        "`sure_absent` on.",
        unit="probability",
        source="our default",
    )
    full_beyond: float = threshold(
        0.1,
        "A verdict counts in full where its confidence is so far beyond `sure_fail` or `sure_pass`.",
        unit="probability",
        source="our default",
    )
    sure_part: float = threshold(
        0.5,
        "A value or an offer that is less probable is no ground for a pass; it is n/a. Of such passes 2 in 6 were true, of the "
        "others all of 24.",
        unit="probability",
        source="the benchmarks' row `verdicts`",
        tuned_on="its tuning half",
    )
    plain_part: float = threshold(
        0.8,
        "A value or an offer that is less probable needs a word that says a gain (`vmaudio.rubric.gains`) for a pass. Of "
        "passes without either 9 in 52 were untrue, of those with one 5 in 74.",
        unit="probability",
        source="counted on labelled messages",
        tuned_on="recognised text of 257 labelled sales messages by reps whom the model had not met, none of the report half",
    )
    least_part: float = threshold(
        0.5, "A pass because of a part that is so probable counts for next to nothing ...", unit="probability",
        source="our default",
    )  # fmt: skip
    full_part: float = threshold(
        0.8, "... and in full from this probability of the part on.", unit="probability", source="our default"
    )
    full_approach: float = threshold(
        0.1,
        "A verdict by the approach counts in full where its probability is so far beyond the limit.",
        unit="probability",
        source="our default",
    )
    clear_snr_db: float = threshold(
        15.0, "Noise this far below the voice lowers no confidence.", unit="dB", source="our default"
    )
    noisy_share: float = threshold(
        0.25, "What is left of the confidence where noise is as loud as the voice.", unit="share", source="our default"
    )
    clear_clipped: float = threshold(
        0.005, "Clipping up to this share of the samples lowers no confidence.", unit="share", source="our default"
    )
    heavy_clipped: float = threshold(
        0.05, "From this share of clipped samples on, confidence is lowered as far as it goes.", unit="share",
        source="our default",
    )  # fmt: skip
    clipped_share: float = threshold(
        0.5, "What is left of the confidence where clipping is heavy.", unit="share", source="our default"
    )
    maybe_approach: float = threshold(
        0.4,
        "A fail of a check that does not apply to an approach is n/a where the message is of that approach with this chance.",
        unit="probability",
        source="our default: an empty message has .3 of curiosity, a very short one .5",
    )
    sure_no_reason: float = threshold(
        0.8,
        "A message gives no reason to call back where the reason model gives `none` and `pressure` this much together.",
        unit="probability",
        source="98 of 100 such messages by reps that the model had not met give none (models/reason, card.md)",
        tuned_on="labels/reasons.jsonl, cross-validated by rep",
    )
    pitch_no_reason: float = threshold(
        0.9,
        "Where the approach model hears a pitch with this much, ``maybe_no_reason`` is enough: two models say the same.",
        unit="probability",
        source="28 of 28 such messages by reps that the reason model had not met give none; 30 of 31 from .8 on",
        tuned_on="labels/reasons.jsonl, cross-validated by rep",
    )
    maybe_no_reason: float = threshold(
        0.5,
        "From this much on of `none` and `pressure` together a reason is neither praised nor said to come late.",
        unit="probability",
        source="our default: as likely as not",
    )
    sure_pressure: float = threshold(
        0.7,
        "Of these a message presses where `pressure` alone has this much.",
        unit="probability",
        source="our default",
        tuned_on="labels/reasons.jsonl, cross-validated by rep",
    )
    not_bare: float = threshold(
        0.05,
        "What the approach model takes for a bare call is none where the reason model gives `bare` at most this.",
        unit="probability",
        source="our default",
    )
    no_pressure: float = threshold(
        0.2, "A message does not press where `pressure` has at most this much.", unit="probability", source="our default"
    )
    no_offer_probability: float = threshold(
        0.7,
        "An inquiry gets no points from this probability on where nothing in it is a value or an offer; the "
        "rubric's `not_for_probability` holds for the others.",
        unit="probability",
        source="whoever sells offers something; of 128 recordings of sales messages .6 would take the points of 4, .7 of none",
        tuned_on="the samples and the development voicemails, as they are and through two further lines",
    )
    fewest_words: int = threshold(
        4, "A message of fewer words gets no points: nobody can tell what it is.", unit="words", source="`StructureOptions`"
    )
    named_probability: float = threshold(
        0.5,
        "A listener's name heard with this probability speaks against a robocall.",
        unit="probability",
        source="our default",
    )
    named_robocall: float = threshold(
        0.95,
        "A message that names its listener is a robocall only where the approach model is this sure: a recording for thousands "
        "names nobody.",
        unit="probability",
        source="our default",
    )


@dataclass(frozen=True, slots=True)
class ProspectOptions:
    """When what is known of the prospect counts as said in the message."""

    close_enough: float = threshold(
        85.0,
        "Least likeness of two longer words that count as the same: about one letter in seven may differ.",
        unit="rapidfuzz ratio, 0 to 100",
        source="our default",
    )
    close_letters: int = threshold(
        6, "Words of fewer letters must be the same or have the same stem.", unit="letters", source="our default"
    )
    compound_letters: int = threshold(
        5,
        'A word of so many letters is heard in one that begins or ends with it: "north" in "northwell".',
        unit="letters",
        source="our default",
    )
    term_letters: int = threshold(3, "Shorter words of the notes carry no evidence.", unit="letters", source="our default")
    everyday_share: float = threshold(
        0.3,
        "A word said by this share of reps tells nothing of one prospect.",
        unit="share of reps",
        source="our default",
        tuned_on="the labelled messages of 55 reps, which give the shares",
    )
    rare_share: float = threshold(
        0.08,
        "A word said by at most this share of reps tells enough of one prospect; between the two shares a word tells in part.",
        unit="share of reps",
        source="our default",
    )
    specific_weight: float = threshold(
        1.0,
        "What the words of the notes that are heard must tell together for the message to be specific to this prospect.",
        unit="rare words",
        source="our default",
    )
    team_prospects: int = threshold(
        20,
        "With fewer prospects a team's own shares of a word are not looked at, only those of all reps.",
        unit="prospects",
        source="our default: one prospect in twenty is less than the share of a rare word",
    )
    script_prospects: int = threshold(
        2,
        "A word that so many other prospects of the campaign were told is of its script.",
        unit="prospects",
        source="our default: one other may be a coincidence",
    )
    script_share: float = threshold(
        0.1,
        "In a large campaign so many of the others must have been told it.",
        unit="share of prospects",
        source="our default: as `rare_share`, rounded up",
    )


@dataclass(frozen=True, slots=True)
class RubricOptions:
    """All thresholds of scoring one message."""

    checks: CheckOptions = CheckOptions()
    confidence: ConfidenceOptions = ConfidenceOptions()
    prospect: ProspectOptions = ProspectOptions()


RUBRIC_OPTIONS = RubricOptions()
"""The defaults."""
