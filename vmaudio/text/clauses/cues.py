"""Phrases with which a part of a voicemail begins or ends, for the cuts."""

from __future__ import annotations


def _by_word(text: str) -> dict[str, list[tuple[str, ...]]]:
    table: dict[str, list[tuple[str, ...]]] = {}
    for phrase in text.split(";"):
        cue = tuple(phrase.split())
        table.setdefault(cue[0], []).append(cue)
    return table


CUES_BY_WORD = _by_word(
    """about our; about the; about what; about your; after you; again; all the best; and i; and if; and it; and my; and
    our; and so; and that; and the; and then; and they; and we; and you; and your; anyway; apologies; are you; as i; as
    we; as you; ask for; at no; at your; attention; because; before you; but; bye; call back; call me; calling about;
    calling because; calling from; calling on behalf; calling regarding; calling to; calling with; can you; cheers;
    companies; congrats; congratulations; could you; did you; do you; drop me; either way; email me; excuse me; feel
    free; following up; for free; free of; from there; get back; give me; give the; give us; good afternoon; good
    evening; good luck; good morning; goodbye; have a; have you; he; he said; hello; here's; hey; hi; hi there; hope;
    hoping; how about; how does; i also; i am calling; i am with; i apologize; i can; i could; i do; i don't; i have; i
    heard; i help; i hope; i hoped; i just; i know; i left; i look; i look forward; i met; i need; i noticed; i promise;
    i promised; i read; i run; i saw; i see; i sent; i spoke; i think; i thought; i understand; i want to; i wanted to;
    i was; i will; i work; i would; i'd like; i'd love; i'll; i'm a; i'm around; i'm at; i'm calling; i'm following; i'm
    from; i'm going; i'm hoping; i'm in; i'm just; i'm looking; i'm not; i'm on; i'm reaching; i'm sending; i'm the; i'm
    trying; i'm with; i've; if i; if it; if not; if so; if that; if the; if there; if you; if your; in case; is it; is
    that; is there; is this; it is; it takes; it would; it'll; it's; it's me; just call; just calling; just following;
    just give; just reaching; just wanted; last month; last week; let me; let me know; let us know; let's; looking for;
    looking forward; many; many thanks; message for; most; my cell; my direct; my name is; my name's; my number; name
    is; no need; no obligation; no pressure; no rush; not; nothing; once more; one more time; one of; or call; or if; or
    just; or text; or you; otherwise; our; our number; people; please; press; reach me; reason for; reason i'm; reason
    why; regarding; reply stop; ring me; see you; send me; she; she said; shoot me; since we; since you; so i; so if; so
    please; so that; so we; so you; some; sorry; speak soon; speak to you; speaking; take care; talk soon; talk to you;
    tell me; text me; thank you; thanks; that is; that number; that way; that would; that's; the number; the reason;
    there are; there is; there's; they; this is; to be removed; to opt; to schedule; to stop; to unsubscribe; trying to;
    uh; um; until; wanted to; we also; we are; we can; we did; we do; we have; we help; we install; we just; we look; we
    make; we met; we offer; we provide; we run; we specialize; we spoke; we talked; we were; we work; we'd; we'll;
    we're; we've; what i; what we; what would; what's; when i; when we; when would; when you; whenever you; where we;
    which is; which means; who; who told; will you; with no; would you; you are; you asked; you can; you can reach; you
    could; you don't; you get; you have; you know; you may; you mentioned; you might; you said; you were; you wrote;
    you'd; you'll; you'll get; you've; your"""
)
"""A clause begins with these words; by first word. Written by hand on labelled messages."""

ENDS_BY_WORD = _by_word(
    "bye; good afternoon; good evening; good morning; goodbye; hello; hey there; hi there; thank you; thanks"
)
"""A clause ends after these words; by first word."""
