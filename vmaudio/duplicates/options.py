"""What makes two messages the same."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold


@dataclass(frozen=True, slots=True)
class DuplicateOptions:
    """Thresholds of the search for messages that say the same."""

    bands: int = threshold(32, "Bands of the MinHash signature: two texts that share a band are compared.", source=(
        "with 3 rows, a pair whose two-word shingles have Jaccard similarity .5 is compared with probability .986, one of .1 "
        "with .03"
    ))  # fmt: skip
    rows: int = threshold(3, "Hashes in a band.", source="see bands")
    least_words: int = threshold(
        4, "Shorter messages say too little to call them the same by their words.", source="our default"
    )
    surely_several: int = threshold(
        3, "Where prospects are not given, so many messages that say the same are taken for messages to several.",
        unit="messages", source="our default: two may well be one message in two rows",
    )  # fmt: skip
    similar: float = threshold(
        0.75, "Least similarity of the words in order.", unit="share",
        source="two readings of one script stay above, recognition errors and all", tuned_on="made-up scripts",
    )  # fmt: skip
    new_words: float = threshold(
        0.11, "Most content words, as a share of both messages', without a like in the other: above, the reason has changed.",
        unit="share", source="chosen with lone_word", tuned_on="made-up scripts",
    )  # fmt: skip
    lone_word: float = threshold(
        0.25, "How much a new content word counts that stands alone among words that both have.", unit="share",
        source="a recogniser mishears a word here and there, a new reason is several words in a row: with a word in 15 "
        "misheard, 68 to 83 % of pairs are found (30 to 47 % where every new word counts alike), and as few changed reasons "
        "are taken for the same", tuned_on="made-up scripts",
    )  # fmt: skip
    alike_words: float = threshold(
        60.0, "Least rapidfuzz ratio (0 to 100) of two words that a recogniser may have made of one.", source="our default"
    )
    similar_sound: float = threshold(
        0.65, "Least likeness of two messages' sounds, where their words are too far apart.", unit="share",
        source="with stretch_alike: of labelled messages and what a recogniser made of them 76 % are found (47 % by words "
        "alone), 55 % where both are misheard (16 %); 2 of 283 with another reason in the same script are taken for the same, "
        "and none of 2,441 pairs of one rep's messages",
        tuned_on="388 labelled messages, synthetic voices by telephone",
    )  # fmt: skip
    sound_stretch: int = threshold(
        32, "Sounds in a row over which two messages must be alike everywhere: half a sentence.", unit="consonants",
        source="16 to 48 tried, with similar_sound", tuned_on="388 labelled messages",
    )  # fmt: skip
    stretch_alike: float = threshold(
        0.55, "Least share of equal sounds in each such stretch: below, the reason has changed.", unit="share",
        source="see similar_sound", tuned_on="388 labelled messages",
    )  # fmt: skip
    open_sound: float = threshold(
        0.6, "From this likeness of the sounds on, with open_stretch, the recordings may decide.", unit="share",
        source="see level_distance", tuned_on="24 messages, synthetic voices by telephone, tiny.en",
    )  # fmt: skip
    open_stretch: float = threshold(0.4, "Likewise for the worst stretch.", unit="share", source="see level_distance")
    level_distance: float = threshold(
        0.08, "Most distance of the level contours of one script spoken twice, one of them stretched.",
        unit="standardised, squared, per frame", source="one script by one voice: .047 to .070; two scripts: .093 and more",
        tuned_on="24 messages of 6 synthetic voices in 5 codecs; people vary more, and are then told by the words alone",
    )  # fmt: skip
    longer: float = threshold(0.3, "A message spoken again is no longer than this, as a share.", unit="share",
                              source="our default")  # fmt: skip
    least_sounds: int = threshold(40, "Messages with fewer sounds are compared by their words alone.", unit="consonants",
                                  source="our default: two short sentences")  # fmt: skip
    most_together: int = threshold(
        200, "So many different messages to one prospect, or of one rep, the last ones, are all compared with each other.",
        unit="messages",
        source="our default: it bounds the work",
    )  # fmt: skip
    leaders: int = threshold(
        8, "Most different messages of one bucket that another is compared with: what keeps the work linear.",
        source="16 to 128 find .886 to .888 of the pairs where 8 find .884", tuned_on="20,000 made-up transcripts",
    )  # fmt: skip
    copy_length_s: float = threshold(
        0.3, "Two formats of one message differ no more than this in length.", unit="s",
        source="7 codecs: at most 0.24 s, IMA ADPCM's blocks", tuned_on="58 voicemails in 7 codecs",
    )  # fmt: skip
    copy_correlation: float = threshold(
        0.9, "Least correlation of the level contours of one message in two formats.", unit="correlation, -1 to 1",
        source="one message in two formats: 0.98 and more; two messages: at most 0.30", tuned_on="58 voicemails in 7 codecs",
    )  # fmt: skip
    most_heard: int = threshold(
        16, "So many recordings of like length, those whose levels are most alike, are compared with each: it bounds the work.",
        unit="recordings", source="our default: what holds one sound is among the most alike",
    )  # fmt: skip
    same_window: float = threshold(
        0.8, "Least correlation of the levels in every two seconds of one sound: below, something else is said there.",
        unit="correlation, -1 to 1",
        source="one drop over other lines: .92 and more; a synthetic voice that says another name: .48 to .78",
        tuned_on="4 drops of 4 recordings, 3 scripts said again by eSpeak NG",
    )  # fmt: skip
    speech_sd_db: float = threshold(
        3.0,
        "Two seconds whose level varies less than this are not looked at: a pause or tone.",
        unit="dB",
        source="our default",
    )
    copy_range_db: float = threshold(
        30.0, "What lies so far below the loudest frame counts as equally quiet: codecs differ in how they code silence.",
        unit="dB", source="our default",
    )  # fmt: skip
    copy_shift_frames: int = threshold(
        3, "So far may one contour be shifted against the other: a codec's delay.", unit="frames of 50 ms",
        source="MP3 and AAC begin up to 50 ms late; our default allows three times as much",
    )  # fmt: skip
    copy_least_frames: int = threshold(
        20, "With fewer frames than this to compare, sounds are not called the same.", unit="frames of 50 ms",
        source="our default: a second",
    )  # fmt: skip
    copy_least_sd_db: float = threshold(
        1.0, "Nor are those whose level varies less than this: a held tone, silence.", unit="dB", source="our default"
    )
    cased_share: float = threshold(
        0.4, "With more words than this written with a capital, capitals do not tell names.", unit="share", source="our default"
    )
