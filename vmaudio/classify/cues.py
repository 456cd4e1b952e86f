"""Cue words: which of the phrases that people use for each part of a message stand in a piece of text.

The definitions of the parts, the approaches and the spoken half of the tone axes, written as word lists. A classifier that
has seen a few hundred messages has not met most ways to say "call me"; these lists give it the phrase's kind, whatever the
words. They were written from the label guide and general knowledge of English telephone talk, by somebody who had read the
development messages (other writer's voicemails, real robocalls), so scores on those are a little too good; the classifier
decides what each cue is worth.

Text is lower case, with names as ``xcallerx``, ``xcalleex``, ``xcompanyx`` and digits as ``xphonex``, ``xdigitx``
(`vmaudio.text.clauses.model_text.model_text`). Lists need no punctuation, since recognisers leave it out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from vmaudio.text import DIGIT_WORDS, WEEKDAY_NAMES

_DIGIT = rf"(?:{'|'.join((*DIGIT_WORDS[1:], DIGIT_WORDS[0]))}|star|pound|free|xdigitx|\d)"
_CALL = r"(?:call|ring|phone|text|email|e-mail|buzz|holler|shout|bell|dial|message|write|ping|page|telephone)"

_PATTERNS: Mapping[str, str] = {
    # -- the parts
    "greet": r"\b(?:hi|hello|hey|howdy|hiya|hola|yo|greetings|good (?:morning|afternoon|evening|day)|g'day|morning|afternoon|evening|happy (?:monday|tuesday|wednesday|thursday|friday))\b",
    "addressed": r"\b(?:is this|this (?:message |one |call )?is for|message for|looking for|trying to (?:reach|get)|hoping to (?:reach|catch)|(?:speak|talk) (?:to|with)|'?s (?:line|voicemail|desk|office|phone)|mr|mrs|ms|miss|dr|doctor|professor|attention|dear)\b",
    "callee_name": r"xcalleex",
    "caller_name": r"xcallerx",
    "company_name": r"xcompanyx",
    "self_intro": r"\b(?:this is|this's|my name(?:'s| is)|name(?:'s| is)|'s my name|it's|it is|i'm|i am|me again|speaking|you speak with|here's|you(?:'ve| have) got)\b",
    "here_end": r"\b(?:here|speaking|calling)\W*$",
    "from_firm": r"^\W*(?:um |uh |and |so )*(?:i'm |i am |we're |we are |calling |call |here |over |out |down |up |that's |it's )*(?:from|with|at|of|for|on behalf of|representing)\b",
    "firm_talk": r"\b(?:we|i) (?:are|'re|am|'m|do|make|run|own|sell|rent|lease|provide|offer|supply|build|handle|manage|help|work with|work for|represent|specialize|clean|repair|install|service|look after|take care|serve|cover|carry|design|train|test)\b|\b(?:we|i)(?:'re|'m) (?:a|an|the|with|from|in)\b",
    "firm_brag": r"\b(?:lead(?:ing|er)|premier|provider|full[- ]service|family[- ]owned|award|largest|number one|trusted|solutions?|boutique|firm|agency|company|business(?:es)?|team|platform|services?|industry|nationwide|since (?:nineteen|twenty|\d)|specialist|expert(?:s|ise)?)\b",
    "firm_suffix": r"\b(?:inc|llc|ltd|incorporated|limited|corporation|corp|group|partners|associates|services|systems|software|solutions|insurance|consulting|logistics|staffing|supply|electric|plumbing|roofing|cleaning|security|capital|bank|media|labs?|works|realty|center|department|agency|office)\b",
    "reason_cue": r"\b(?:(?:calling|call|phoning|ringing|reason|message) (?:about|because|regarding|to|for|is|was|in)|about (?:your|the|that|what)|the reason|in regards? to|regarding|with regards?|saw|noticed|read|heard|spotted|drove (?:by|past)|walked (?:by|past)|looking at|was (?:in|at) your|your (?:new|old|website|site|ad|sign|post|listing|permit|license|lease|contract|review|crew|shop|office|store|team|page|filing|building))\b",
    "reaching_out": r"\b(?:reach(?:ing)? out|touch base|check(?:ing)? in|get in touch|introduce (?:myself|ourselves)|wanted to (?:see|ask|tell|let|reach|touch|check|say|talk)|see if you|find out if|explore)\b",
    "value_cue": r"\b(?:sav(?:e|es|ing|ings)|cut(?:s|ting)?|reduc\w+|increas\w+|grow\w*|improv\w+|boost\w*|cheaper|cheapest|less than|costs? (?:you )?less|faster|easier|simpler|quality|competitive|affordable|rates|prices?|benefits?|peace of mind|efficien\w+|never (?:worry|have to|again)|no more|instead of|without|avoid\w*|worth|free up|you(?:'d| would|'ll| will| can| could| get| only| don't| won't)|so you|that way|means|best|excellent|great)\b",
    "offer_cue": r"\b(?:free|no charge|no cost|without charge|at no|complimentary|gratis|for nothing|on (?:me|us|the house)|my treat|half price|half off|percent off|dollars off|discount\w*|waiv\w+|trial|sample|webinar|workshop|seminar|class|demo|audit|inspection|assessment|checkup|report|tickets?|seats?|spots?|voucher|coupon|gift|loaner|bonus|guide|checklist|template|until (?:the|friday|monday|sunday|saturday)|this month only|good through|expires)\b",
    "proof_cue": r"\b(?:(?:our|my|other|their|several|many|most|some|two|three|four|five|six|a dozen|dozens of|hundreds of|thousands of) (?:\w+ ){0,2}(?:clients?|customers?|shops?|stores?|firms?|companies|practices|offices|owners|schools|clinics|restaurants|neighbors|members|partners|carriers|folks|people)|already (?:use|work|do|have|supply|did|run)|worked (?:with|for)|last (?:year|month|one|job|time) (?:we|i|they|he|she)|went from|went down|dropped (?:from|to|by)|down (?:from|to|by)|up from|case stud\w+|references?|testimonials?|reviews?|stars|rated|certified|accredited|same (?:thing|problem) (?:for|at|last)|(?:did|does|do) (?:it|that|this|the same) for|(?:he|she|they) (?:had|got|saved|cut|went|now|used|was|were|saw)|for (?:xdigitx|\w+) years|percent)\b",
    "ask_call": rf"\b(?:(?:please |just |kindly |and |so |to |can you |could you |would you )?(?:{_CALL}|contact|reach) (?:me|us|back|him|her|here|the office|anytime|any time|now|today|at|on|or)|give (?:me|us|her|him) (?:a|an) \w+|gimme a|{_CALL} (?:this|my|our) (?:number|cell|line)|let me (?:know|have)|tell me|get back to|return (?:my|this|the|our) call|(?:hit|catch|try|find|get) me|shoot me|drop me|send me|reply|respond|ask for|say (?:yes|no)|pick up|ring me|call me|call us)\b",
    "ask_polite": r"\b(?:please|kindly|would you|could you|can you|will you|can we|could we|may i|can i|could i|shall (?:i|we)|should i|do you|does (?:that|it|your)|did you|are you|is (?:that|it|this|there|your|yours)|would (?:that|it|thursday|tuesday|monday|wednesday|friday)|have you|i(?:'d| would) (?:love|like|appreciate|welcome|be (?:grateful|glad|happy))|interested|yes or no|or no|either way|want (?:to|me|it|one|a|him|her|them)|worth (?:a|ten|five|fifteen)|mind)\b",
    "question": r"^\W*(?:um |uh |so |and |but |well |now )*(?:do|does|did|is|are|was|were|would|could|can|may|shall|should|will|when|what|what's|who|who's|how|how's|where|why|which|have|has|any)\b",
    "condition": r"^\W*(?:and |but |so |or |now |even )?(?:if|when|whenever|once|as soon as|unless|should you)\b",
    "press_one": rf"\b(?:press|push|hit|select|dial) (?:the )?(?:number |key |button )?{_DIGIT}\b",
    "number_cue": r"\b(?:(?:my|the|our|direct|cell|office|phone|toll[- ]free|callback|mobile) (?:number|line|cell|direct|extension|office|mobile)|number(?:'s| is)|area code|extension|ext|reach me|i'm (?:on|at)|we're (?:on|at)|i am (?:on|at)|(?:call|ring|text|dial|me|us|back|it's|that's|at|on)\W*xphonex)\b",
    "phone": r"xphonex",
    "again": r"\b(?:again|once more|one more time|one more|repeat|that's|that is|that was|once again|i'll say|slowly|so that's|second time)\b",
    "next_cue": r"\b(?:i(?:'ll| will|'m going to| am going to|'m gonna|'ve sent| have sent| just sent|'ve put|'ve got you|'m sending|'ll be) ?(?:\w+ )?|we(?:'ll| will|'re going to)|you(?:'ll| will) (?:get|have|see|hear|receive|find)|watch for|look (?:out )?for|keep an eye|in your inbox|(?:try|call|catch|ring) (?:you )?(?:again|back|later|tomorrow)|(?:drop|stop|swing|come|pop|be) (?:by|in|over|round|around)|on its way|coming your way|already (?:sent|booked|told|left|put))\b",
    "when": rf"\b(?:{'|'.join(WEEKDAY_NAMES)}|tomorrow|tonight|today|this (?:week|morning|afternoon|evening)|next (?:week|month)|noon|o'clock|a\.?m\.?|p\.?m\.?)\b",
    "opt_out_cue": r"\b(?:opt[- ]?out|unsubscribe|remov(?:e|ed|al)|tak(?:e|en) (?:you |your name |me |us |this number )?off|off (?:the|our|this|my) list|do[- ]not[- ]call|stop (?:these|calling|receiving|getting|this|future|hearing)|(?:won't|not|never|don't want) (?:call|bother|trouble|hear|contact|be called|be contacted)|no (?:longer|further|more) (?:calls|messages|wish|contact|want)|in error|reply stop|say stop|call list|calling list|cross you off|last you(?:'ll| will) hear|leave you alone)\b",
    "thanks": r"\b(?:thanks|thank you|thank ya|ta|cheers|appreciate|appreciated|grateful|obliged|gracias|merci)\b",
    "bye": r"\b(?:bye|goodbye|bye-bye|take care|have a (?:\w+ ){0,3}(?:one|day|weekend|week|afternoon|morning|evening|night|time)|enjoy (?:your|the)|talk (?:soon|to you|then|later)|speak soon|see you|see ya|so long|good day|good night|good luck|all the best|best (?:wishes|regards)|regards|later|cheerio|god bless|stay (?:safe|warm|cool|dry)|be well|ciao|adios|take it easy)\b",
    "filler_cue": r"\b(?:sorry|apolog\w+|excuse me|pardon|anyway|anyways|anyhow|by the way|i know you(?:'re| are)|you(?:'re| are) (?:probably |very |really )?busy|hope (?:you|all|this|your|that|things)|how are (?:you|things)|how(?:'s| is) it going|doing well|finds you|where was i|let me (?:see|think|start|just|say|find)|hang on|hold on|bear with|just a (?:sec|second|moment)|well then|okay so|all right|alright|haha|ha|oops|wow|don't worry|no worries|my (?:dog|kid|son|daughter|phone|battery|throat|voice)|weather|that's (?:it|all)|truck going by|keep this (?:short|brief|quick)|quick one|bit of a|not trying to|i promise|i won't keep)\b",
    "hesitation": r"\b(?:um+|uh+|er+|erm|ah|hmm|mm|you know|i mean|like|kind of|sort of|let's see|what's it)\b",
    "other_cue": r"\b(?:this (?:is|message is) (?:an? )?(?:auto\w*|pre-?recorded|recorded|important|urgent|final|courtesy|not)|automated|pre-?recorded|recorded (?:line|message|call)|please (?:listen|hold|stay|do not hang)|do not hang up|attention|for quality|wrong (?:number|person|contact|house)|important (?:message|notice|announcement)|account holder|homeowner|resident|dear customer|to whom)\b",
    # -- the approaches
    "referral_cue": r"\b(?:(?:told|asked|begged|nagged|wanted|urged|got) (?:me|us) (?:to|that|you|about|i)|(?:said|says|reckons|thinks|figured|thought|swears|mentioned|suggested|recommended|insisted|felt) (?:that )?(?:i|you|your|we|the two|it would|me)|gave (?:me|us) your|pass(?:ed)? (?:me |us |along |on )+your|(?:put|pointed|sent|steered) (?:me|us) (?:on ?to|onto|to|your|you|in touch)|refer\w*|introduc(?:ed|tion)|recommend\w*|your name came up|got your (?:name|number|card) from|friend of|know each other|mutual|on behalf of|at the suggestion|a name you know|we both know|connected us)\b",
    "follow_cue": r"\b(?:follow(?:ing|ed)?[- ]?up|you(?:'d| had|'ve)? (?:asked|wrote|mentioned|requested|downloaded|signed|filled|sent|told|said|left|called|emailed|texted|wanted|were going|came by|stopped|checked|ticked|put down|bought|ordered|clicked|registered|attended)|we(?:'d| had)? (?:spoke|talked|met|chatted|discussed|exchanged|left (?:it|off)|went over)|our (?:call|chat|conversation|meeting|talk|visit|demo|last)|when (?:we|you|i) (?:spoke|talked|met|were|was|came|called|visited)|your (?:text|e-?mail|message|note|form|question|request|reply|order|call|voicemail|inquiry|application)|as (?:promised|agreed|discussed)|i promised|(?:said|told you|promised) i(?:'d| would)|got your|getting back to|get back to you|return(?:ing)? your|circl(?:e|ing) back|call(?:ing)? (?:you )?back (?:about|on|with|like)|last (?:time|thursday|monday|tuesday|wednesday|friday|week)|again|nice (?:meeting|talking|to meet)|good (?:meeting|talking|to meet)|since (?:we|you|our)|still (?:thinking|interested|have|want)|earlier)\b",
    "inquiry_cue": r"\b(?:(?:we|i)(?:'re| are|'m| am)? ?(?:need(?:ing)?|looking (?:for|to)|want(?:ing)? to (?:buy|book|hire|rent|order|get|have|know|schedule)|hoping to (?:buy|book|hire|rent|order|get|find)|in the market|shopping|trying to find)|do you (?:have|sell|do|carry|make|fix|repair|offer|rent|deliver|take|stock|guys|still|also|ship|install|service|work on)|how much|what (?:would|do|does|'d) (?:you|it|that) (?:charge|cost|run)|(?:would|might) (?:it|that) cost|(?:a|your|get|give us|send me|some) (?:quote|price|pricing|estimate|bid|rates?|lead time|availability)|price on|in stock|availab\w+|can (?:you|somebody|someone) (?:fix|come|deliver|do|make|take|look|quote|fit|supply|give)|hire (?:you|somebody|someone)|somebody (?:who|to|that)|someone (?:who|to|that)|who (?:can|could)|broke(?:n)?|leak\w*|quit on us|place an order|book (?:a|you|the)|your (?:catalog|price list|minimum)|saw your (?:ad|sign|listing|website)|for sale|buy(?:ing)?|purchase order)\b",
    "robot_cue": rf"\b(?:press (?:the )?{_DIGIT}|automated|pre-?recorded|recorded|virtual assistant|final (?:notice|attempt|courtesy|warning)|(?:last|second|final) (?:attempt|notice)|suspend\w*|suspicious|fraud\w*|legal (?:action|enforcement|consequences|department|proceedings)|warrant|arrest\w*|social security|irs|internal revenue|customs|border|federal|government|officer|refund\w*|rebate|authoriz\w+|unauthoriz\w+|charged?|your (?:\w+ )?(?:account|card|case|file|vehicle|warranty|loan|computer|license|package|benefits|social|policy|subscription|address|number|payment|name has)|qualif\w+|eligib\w+|selected|approved|pre-?approved|congratulations|winner|won|prize|sweepstakes|immediate\w*|expir\w+|act now|limited time|failure to|will be (?:cancel\w+|suspended|charged|closed|terminated|processed|issued|disconnected|billed|debited)|representative|agent|operator|(?:customer|client) (?:service|care|support)|processing center|notification|department|(?:interest|lower) rates?|forgiveness|debt|credit (?:card|score)|claim (?:your|the)|confirm (?:this|your|the)|verify|dial|do not (?:hang|ignore|disregard)|disregard|amazon|apple|microsoft|visa|mastercard|paypal|medicare|extended|tech(?:nical)? support)\b",
    "threat": r"\b(?:suspend\w*|arrest\w*|warrant|legal|lawsuit|sued|cancel\w*|terminat\w*|disconnect\w*|penalt\w*|fees|seized?|fraud\w*|failure|consequences|immediate\w*|final)\b",
    "contact_once": r"\b(?:name for you|something for you|a question for you|one thing|message for you|it's important|it's personal|important|personal|when you get (?:a|this)|get a (?:minute|chance|moment|sec|second))\b",
    # -- delivery in words
    "urgent_words": r"\b(?:urgent\w*|asap|as soon as|right away|right now|immediate\w*|today|tonight|before (?:noon|five|close|the end|tonight|tomorrow|it)|by (?:noon|five|tonight|tomorrow|close|the end|end of)|deadline|last (?:chance|day|call)|hurry|quick(?:ly)?|now|can't wait|this (?:minute|hour|morning|afternoon)|expires?|running out|only (?:a few|two|one|three)|closes? (?:at|today|tonight|tomorrow)|midnight|emergency)\b",
    "formal_words": r"\b(?:mr|mrs|ms|dr|doctor|sir|madam|ma'am|regarding|on behalf of|kindly|sincerely|convenience|opportunity|appreciate|grateful|would be|i would|i am|we are|it is|my name is|good (?:morning|afternoon|evening|day)|shall|may i|pleased|perhaps|assist\w*|provide|inform|regards|appointment|speak with|at your|thank you)\b",
    "casual_words": r"\b(?:hey|hiya|howdy|yo|yeah|yep|nope|gonna|wanna|gotta|gimme|kinda|sorta|ain't|y'all|guys|folks|stuff|cool|awesome|buddy|pal|dude|man|holler|shout|buzz|cheers|bye-bye|okay|ok|super|totally|anyways|lemme|'em|thanks|no worries|a sec|bucks)\b",
    "friendly_words": r"\b(?:hope|happy|glad|love(?:ly|d)?|great|wonderful|nice|enjoy\w*|thanks|thank you|appreciate|cheers|congrat\w*|welcome|delight\w*|excited|looking forward|good luck|take care|have a (?:\w+ )?(?:day|one|weekend|week|afternoon|evening|morning)|pleasure|warm|smile|haha|fun|treat|no (?:rush|pressure|worries)|anytime|whenever)\b",
    "hedge_words": r"\b(?:maybe|perhaps|possibly|probably|i guess|i think|i suppose|sort of|kind of|a bit|a little|just (?:wanted|wondering|checking|calling)|if (?:that's|that is|it's) (?:okay|ok|all right|alright)|sorry|hopefully|might|not sure|i don't know|whatever|or something|or anything|or whatever|if you (?:don't )?mind)\b",
    "pushy_words": r"\b(?:you (?:need|have|must|should|can't|cannot)|must|call me (?:back )?(?:now|today|right|immediately)|don't (?:miss|wait|ignore|let)|act|limited|last chance|final|guarantee\w*|i (?:need|expect|insist)|again and again|third (?:time|message)|still haven't)\b",
}  # fmt: skip

CUES = tuple(_PATTERNS)
"""Names of the cues, in the order in which `count` gives them."""

_COMPILED = tuple(re.compile(pattern) for pattern in _PATTERNS.values())

_WE = re.compile(r"\b(?:we|we're|we've|we'll|we'd|our|ours|us)\b")
_YOU = re.compile(r"\b(?:you|you're|you've|you'll|you'd|your|yours)\b")
_I = re.compile(r"\b(?:i|i'm|i've|i'll|i'd|me|my|mine)\b")
_THEY = re.compile(r"\b(?:he|she|they|him|her|them|his|their)\b")
_WORD = re.compile(r"[\w']+")

PRONOUNS = ("we", "you", "i", "they", "words", "asks")
"""Names of the counts that `pronouns` gives."""


@lru_cache(maxsize=20_000)
def count_cues(text: str) -> tuple[int, ...]:
    """How often each cue of `CUES` stands in the text. Case is ignored; an empty text gives zeros."""
    lowered = text.lower().replace("’", "'")
    return tuple(len(pattern.findall(lowered)) for pattern in _COMPILED)


@lru_cache(maxsize=20_000)
def pronouns(text: str) -> tuple[int, ...]:
    """Counts of we, you, I and they words, of all words, and of question marks, in this order."""
    lowered = text.lower().replace("’", "'")
    return (
        len(_WE.findall(lowered)),
        len(_YOU.findall(lowered)),
        len(_I.findall(lowered)),
        len(_THEY.findall(lowered)),
        len(_WORD.findall(lowered)),
        lowered.count("?"),
    )
