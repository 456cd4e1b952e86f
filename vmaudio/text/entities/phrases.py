"""The phrases in which people name themselves, each other and their company: the tables of `vmaudio.text.entities.names`.

Scores order the candidates of one message: from 4 ("my name is ...") to about 1 (a lone name between marks). They were set by
hand on labelled messages; the benchmark row ``names`` says what comes of it on others. Those of other signs than phrases are
in `vmaudio.text.entities.name_options`.
"""

from __future__ import annotations

FROM_WORDS = frozenset("""at for from of representing with""".split())
"""Between a caller and a company."""

GREET_ENDS = frozenset("""afternoon day evenin' evening hello hey hi mornin' morning uh um well yes""".split())
"""The last words of greetings and openings: a name may begin after them."""

GREETING_FILL = frozenset("""again friend hello hey hi my there to uh um yes you""".split())
"""Between a greeting and a name."""

OPENERS = frozenset(
    """ah ay buenas congratulations evenin hello hey hi hola mornin naw now oh ok okay right so uh um well yeah yes yessir
    yuh""".split()
)
"""Sounds and words that open a message before a name."""

TITLE_ALONE = frozenset("""captain chef coach doctor father pastor professor sister""".split())
"""Titles that serve as a name ("good morning, Father")."""

AT_WORDS = frozenset("""at for from of with""".split())
"""Between a name and a company, without a verb."""

AFTER_SURNAME = frozenset("""at calling from here of over representing with""".split())
"""After a surname that is an everyday word: "Desmond Price with Bluegate"."""

REPORTING_VERBS = frozenset(
    """asked gave had handed has is mentioned put recommended said says sent suggested tells thinks thought told was""".split()
)
"""After a name and a company they say that this is somebody spoken of, not the caller."""

BETWEEN = frozenset(
    """again am and back base calling checking circling down following here i i'm im in name out over reaching
    speaking touching uh um up we're work working works you""".split()
)
"""Between a caller and "from"."""

ROLES = frozenset(
    """account accounts advisor agent assistant associate bookkeeper broker buddy buy buyer calling consultant director drive
    engineer estimator executive friend guy here lady man manager me office owner partner people president rep
    representative run sales sell specialist team technician translator us woman work works""".split()
)
"""Before "at" and a company: what the caller is there."""

OF_HEADS = frozenset(
    """bank board bureau center church city college council department friends house institute office university""".split()
)
"""Words that a company name goes on after with "of"."""

WORK_VERBS = frozenset(
    """build buy cover do drive fix handle head help keep lead look make manage oversee peddle run sell serve supply support
    take teach train translate work""".split()
)
"""After "I" and before "at" and a company: what the caller does there."""

NOT_COMPANY = frozenset("""and i i'd i'll i'm i've if it's my our that the this we we're you your""".split())
"""Capitalised at the start of a sentence, but no company."""

AFTER_CALLER = frozenset(
    """again and at calling following from giving here i i'd i'll i'm i've in just of on our out over returning speaking
    the uh um we we're with your""".split()
)
"""What follows a caller's name."""


DOING = frozenset("calling checking circling following getting giving reaching returning touching trying".split())
"""What a caller does, right after the own name."""


def _phrases(text: str, score: float, strict: bool = True) -> tuple[tuple[tuple[str, ...], float, bool], ...]:
    return tuple((tuple(phrase.split()), score, strict) for phrase in text.split(";"))


CALLEE_CUES = (
    *_phrases(
        "message for; message is for; this message is for",
        2.8,
    ),
    *_phrases(
        "am i speaking to; am i speaking with; is this; this is for; trying to reach",
        2.6,
    ),
    *_phrases(
        "hoping to reach",
        2.5,
    ),
    *_phrases(
        "calling to reach; intended for; trying to get hold of",
        2.4,
    ),
    *_phrases(
        "looking for; meant for",
        2.3,
    ),
    *_phrases(
        "calling; get in touch with; hoping to catch; trying to catch",
        2.2,
    ),
    *_phrases(
        "calling for; i search for; is for; is that",
        2.0,
    ),
    *_phrases(
        "to speak to",
        1.9,
    ),
    *_phrases(
        "speak to; speak with",
        1.8,
    ),
    *_phrases(
        "asking for",
        1.6,
    ),
    *_phrases(
        "attention",
        1.5,
    ),
    *_phrases(
        "reach out to",
        1.2,
    ),
)
"""Before the name of the person addressed: words, score, and a mark that is not used here."""

CALLER_CUES = (
    *_phrases(
        "my name is; my name's",
        4.0,
        False,
    ),
    *_phrases(
        "the name's",
        3.5,
        False,
    ),
    *_phrases(
        "this here is; this here's; this is",
        3.0,
        True,
    ),
    *_phrases(
        "name is; name's",
        3.0,
        False,
    ),
    *_phrases(
        "you speak with; you're speaking with",
        2.8,
        False,
    ),
    *_phrases(
        "i am; i'm; it is; it's",
        2.4,
        True,
    ),
    *_phrases(
        "im",
        2.0,
        True,
    ),
    *_phrases(
        "its",
        1.8,
        True,
    ),
    *_phrases(
        "ask for",
        1.6,
        True,
    ),
    *_phrases(
        "here is",
        1.0,
        True,
    ),
)
"""Before the caller's name: words, score, and whether the name needs a capital, a mark or a first name to count."""

COMPANY_CUES = (
    *_phrases(
        "company called; firm called; outfit called",
        3.1,
    ),
    *_phrases(
        "calling from; calling on behalf of; calling you from",
        2.8,
    ),
    *_phrases(
        "company is called; i am from; i am with; i represent; i work at; i work for; i'm from; i'm with; on behalf of",
        2.6,
    ),
    *_phrases(
        "calling with; company is; here at; here from; place called",
        2.4,
    ),
    *_phrases(
        "here with; i work with; message from; notice from; reminder from",
        2.2,
    ),
    *_phrases(
        "call from; comes from; update from",
        2.0,
    ),
    *_phrases(
        "also at; also from; also with; thank you for calling; thank you for contacting; thanks for calling; "
        "thanks for contacting; you reached out to; you've reached out to",
        1.9,
    ),
    *_phrases(
        "i run; i'm owner of; i'm president of; i'm the founder of; i'm the owner of; i'm the president of",
        1.8,
    ),
    *_phrases(
        "i own; my company",
        1.6,
    ),
    *_phrases(
        "over at; you have reached",
        1.4,
    ),
    *_phrases(
        "we are; we're",
        0.8,
    ),
)
"""Before the caller's company."""
