"""Word lists, each in one place: numbers, days, greetings, and what can never be a name or is part of a company's.

The lists of number words and days that other modules use are built from those here; what each adds or leaves out stands
where it is used, since a zip code, a price and a telephone number are not said in the same words.
"""

from __future__ import annotations

import re

DIGIT_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
"""The digits as words: the place in the list is the digit."""

ZERO_WORDS = ("oh", "o", "nought", "naught", "aught")
"""What else a zero is called when a number is said digit by digit."""

SPOKEN_DIGITS = {word: str(digit) for digit, word in enumerate(DIGIT_WORDS)} | {"oh": "0"}
"""Word -> digit, of the words in which nearly all telephone numbers are said."""

TEEN_WORDS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
"""10 to 19."""

TENS_WORDS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
"""20 to 90."""

SCALE_WORDS = {"hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
"""Words that multiply the number before them."""

REPEAT_WORDS = {"double": 2, "triple": 3, "treble": 3, "quadruple": 4}
"""Words that say how often the digit after them comes: "double five"."""

ORDINAL_WORDS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth",
)  # fmt: skip
"""1st to 12th."""

WEEKDAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

MONTH_NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip

MONTH_SHORT = frozenset({*(name[:3] for name in MONTH_NAMES), "sept"})
"""Months as they are shortened: jan, feb ... sep and sept."""

HELLO_WORDS = ("hi", "hello", "hey")
"""The greetings that nearly everybody uses."""

DAYTIMES = ("morning", "afternoon", "evening")
"""What follows "good" in a greeting, and is one alone."""

TITLES = frozenset(
    "officer agent mister missus father sister chef mr mr. mrs mrs. ms ms. miss dr dr. doctor professor prof prof. sir madam "
    "pastor coach "
    "chef captain".split()
)

PARTICLES = frozenset("de da di del della van von der den la le el al bin ibn ter dos st st. mac mc o".split())

GREETINGS = (
    ("good", "morning"), ("good", "afternoon"), ("good", "evening"), ("good", "day"), ("hi",), ("hello",), ("hey",), ("hiya",),
    ("howdy",), ("greetings",), ("morning",), ("afternoon",), ("evening",), ("mornin",), ("evenin",), ("good", "mornin"),
    ("good", "evenin"), ("dear",), ("hallo",), ("yo",), ("g'day",),
)  # fmt: skip

WEEKDAYS = frozenset({*WEEKDAY_NAMES, *(f"{name}s" for name in WEEKDAY_NAMES[:5])})

MONTHS = frozenset(MONTH_NAMES) - {"april", "may", "june", "august"}
"""Without those that are first names too."""

FILLERS = re.compile(r"u+m+|u+h+m*|e+r+m*|h+m+|m{2,}|a+h+|e+h+")
"""Um, uh, er, hmm and the like, drawn out or not: matches a whole word in lower case."""

FUNCTION = frozenset(
    """y'all yall ain't em 'em ya y'know mornin mornin' evenin evenin' afternoon howdy a an the this that these those there
    here and or but nor so if then than as because since while when where who whom whose which what why how whether until
    till before after about above across against along among around at behind below beneath beside between beyond by
    despite down during except for from in inside into like near of off on onto out outside over past per through
    throughout to toward towards under up upon via with within without i i'm i'd i'll i've im ive me my mine myself you
    you're you'd you'll you've your yours yourself youre he he's him his she she's her hers it it's its it'll we we're
    we'd we'll we've us our ours they they're they'd they'll they've them their theirs be am is are was were been being
    isn't aren't wasn't weren't do does did don't doesn't didn't done doing have has had haven't hasn't hadn't having can
    could can't couldn't will would won't wouldn't shall should shouldn't may might must ought not no yes yeah yep nope ok
    okay please just only also too very really quite even still again already ever never always often sometimes maybe
    perhaps all any both each every few many more most much neither none one other others another same several some such
    that's there's here's what's who's where's how's let's let i'm'a gonna wanna gotta um uh er erm hmm mm oh ah well now
    today tomorrow tonight yesterday soon later thanks thank bye goodbye cheers sorry sure hi hello hey good morning
    afternoon evening night day""".split()
)

COMMON = frozenset(
    """homeowner attention congratulations mortified spelled checking contacting turning lookin' lookin callin' callin
    ramblin ramblin' mister missus whew wow gosh heck hon honey baby darlin darlin' smoke buenas hola namaste ay naw yuh
    yessir ma'am dude buddy pal recall roofers able account actually add address ago agree ahead amazing answer anybody
    anyone anything apologies appointment appreciate area ask asked asking available away awesome back bad based basically
    begin best better big bit book bring brought building business busy button buy call called caller calling calls came
    cannot care careful carefully case catch certain chance change charge cheap check choose class clean clear client
    clients close closing code cold come comes coming companies company compare confirm connect consider contact contract
    convenience cost could couple course cover credit curious current currently customer customers cut cutting data date
    deal dear decided decision delivery department details different direct discuss door doubt drop drivers due early easy
    effort either else email emergency end energy enjoy ensure entire equipment event everybody everyone everything
    exactly example exciting existing expect expecting expensive extra eye face fact fair family far fast favor feel find
    fine finish first fit five fix follow following forward found four free friday friend front full fun further future
    gave general get gets getting give given giving glad go goes going gone got great group grow guess guy guys half hand
    happen happened happy hard head hear heard hearing help helped helping helps high hit hold home hope hoping hour hours
    house huge idea ideas important improve included information inside instead insurance interest interested interesting
    issue issues job join keep kept key kind knew know known large last late lately latest learn least leave leaving left
    less letter life line link list listen little live local long look looked looking looks lose lost lot lots love low
    lower luck made mail main make makes making man manage manager market maybe mean means meant meet meeting mention
    mentioned message met mind mine minute minutes miss missed moment monday money month monthly months move moving name
    names near need needed needs new news next nice noon note nothing notice noticed now number numbers offer offered
    offering office offices old once open opened opening opportunity option options order own owner page paid part people
    person phone pick piece place plan plans point posting possible press price prices pricing probably problem problems
    process product products program programs project property provide put question questions quick quickly quote rate
    rates reach reached reaching read ready real really reason recently record reference referral referred regarding
    regular reply report request respond response return review right ring road room run running said sale sales save
    saving savings saw say saying schedule season second see seeing seem seems seen sell send sending sent serious service
    services set shop short show side sign simple simply six site situation small somebody someone something sometime soon
    sounds space speak speaking special specific spend spoke spot staff stand start started starting state stay stop
    stopped store story straight street stuff such suggest support suppose switch system take taken takes taking talk
    talked talking team tell ten terms test text thing things think thinking third thought thousand three time times tired
    together told took top touch town trade training tried trip trouble true try trying turn twice two type understand
    update upcoming urgent use used using usual value visit voice voicemail wait waiting walk want wanted wants warranty
    watch way website week weekly weeks went whatever whenever wish wonder wondering word work worked working works world
    worry worth write wrong wrote year years yesterday young automated recorded recording prerecorded courtesy final
    exclusive limited absolutely definitely hopefully honestly unfortunately hundred zero seven eight nine eleven twelve
    twenty thirty forty fifty sixty seventy eighty ninety dialing dial""".split()
)
"""Frequent words of voicemails that are not names: for text without capitals, and for words that begin a sentence."""

NEVER = (
    FUNCTION | WEEKDAYS | MONTHS | {"god", "lord", "jesus", "christmas", "easter", "english", "internet", "google", "linkedin"}
) - {"may"}
"""Words that are no part of a person's name, however they are written."""

BUSINESS = frozenset(
    """rewards vacation rebate bureau authority division violations unit enforcement eye clinic fleet press foods magazine
    termite fields billing sugar wine wines ledger pharmacies resolution administration center utility commission society
    club league relief assistance verification processing academy accounting advisors advisory agency airlines alarm
    alarms analytics apparel appliance appliances architects associates association auto automotive bakery bank bankers
    benefits books brewery brothers builders building bureau cabinets cafe capital care carpets catering center centre
    chemicals chemical chiropractic church cleaners cleaning clinic cloud coatings coffee college commerce commercial
    communications company computer computers computing concrete construction consultants consulting containers
    contractors controls cooling co corp corporation council county courier creative credit dairy data dental department
    depot design designs digital direct distribution district drilling dynamics education electric electrical electronics
    elevator elevators energy engineering engineers enterprises entertainment environmental equipment events exchange
    exterminators fabrication farm farms fasteners fence fencing finance financial fire firm fitness flooring floors
    florist foods foundation foundry freight fuel fuels funding furniture garage garden gardens garment gas glass global
    graphics group guard guarding gym handling hardware hauling health healthcare heating heights holdings home homes
    hospital hospitality hosting hotel hvac imaging inc inc. industrial industries innovations inspection inspections
    institute instruments insurance interiors international investments irrigation janitorial kitchen kitchens lab
    laboratories labs landscape landscapes landscaping laundry law lawn learning leasing legal lending library lighting
    linen linens llc llp locksmith locksmiths logistics ltd lumber machine machinery maintenance management manufacturing
    marine market marketing markets materials mechanical media medical metal metals mills mobile mobility mortgage motors
    moving museum network networks nursery office offices oil optical optics orchard orchards outfitters packaging paint
    painting paper parking partners parts pavers paving payments payroll pest pharma pharmacy phone photography plastics
    plumbing pool pools power press print printing printers produce productions products promotions properties property
    propane protection pumps realty records recovery recruiting recruitment recycling refrigeration rental rentals repair
    repairs research resources restaurant restoration retail robotics roofing roofs safety sales sanitation scales school
    schools sciences security seeds service services shipping shop shops signs signage software solar solutions sons
    sourcing spa sports staffing stationery steel storage store stores strategies studio studios suites supplies supply
    surveying surveyors systems talent tax tech technical technologies technology telecom telephone testing textiles
    theatre theatres tile tiles tire tires title tool tools tours towing toys trade trading training transit transport
    transportation travel tree trees trucking trucks trust uniform uniforms university utilities vending ventures
    veterinary video warehouse warehousing waste water web welding wellness wholesale window windows wireless wireline
    works workshop""".split()
)
"""Words that companies carry in their names: they let a company name go on in lower case, and tell "this is X Cleaning" from
a person."""

FIRST_NAMES = frozenset(
    """aaron abby abe abel abigail abraham ada adam adele adrian agnes ahmed aidan aiden aisha al alan alana albert alberto
    alejandro alex alexa alexander alexandra alexis alfred ali alice alicia alina alison allan allen allison alma alvin
    alyssa amanda amber amelia amir amit amy ana andre andrea andreas andrew andy angel angela angelica angie anika anita
    ann anna anne annette annie anthony antonio anya aoife april archie ari ariana ariel arjun arlene armando arnold art
    arthur arturo asha ashley audrey august aurora austin ava barb barbara barney barry beatrice becca becky bella ben
    benita benjamin bernadette bernard bernice bert beth bethany betsy betty beverly bill billy blake bob bobby bonnie
    boris brad bradley brandon brenda brendan brent brett brian bridget brittany brooke bruce bruno bryan bryce caitlin
    caleb calvin cameron camila candace cara carl carla carlos carmen carol caroline carolyn carrie casey cassandra
    catherine cathy cecil cecilia celeste celia cesar chad chandra charlene charles charlie charlotte chelsea cheryl
    chester chloe chris christian christina christine christopher cindy claire clara clarence clark claude claudia clay
    clayton cliff clifford clint clive clyde cody colin colleen connie connor conrad corey cornelius cory courtney craig
    cristina crystal curt curtis cynthia daisy dale dalia damian damon dan dana dani daniel daniela danielle danny daphne
    darla darlene darren darryl dave david dawn dean deanna deb debbie deborah debra dee deepa deirdre delia della denise
    dennis derek desmond desiree devin devon dexter diana diane dick diego dina dirk dolores dominic don donald donna
    donny dora doreen doris dorothy doug douglas drew duane dustin dwayne dwight dylan earl ed eddie edgar edith edmund
    eduardo edward edwin eileen elaine eleanor elena eli elias elijah elisa elise elizabeth ella ellen elliot ellis elmer
    elsa elsie elvira emil emilia emily emma enrique eric erica erik erin ernest ernie esperanza esteban estelle esther
    ethan eugene eva evan evelyn ezra faith farah fatima faye felicia felix fernando fiona florence floyd frances
    francesca francis francisco frank franklin fred freddie frederick freya gabe gabriel gabriela gail garrett gary gemma
    gene geoff geoffrey george georgia gerald gerard gilbert gina ginger giovanni gladys glen glenda glenn gloria gordon
    grace graham grant greg gregory greta gretchen guadalupe guillermo gus guy gwen hal haley hank hanna hannah hans
    harold harper harriet harry harvey hassan hazel heather hector heidi helen helena henry herb herbert herman hilary
    hiroshi holly homer hope howard hubert hugh hugo ian ibrahim ida ignacio igor ike imani imran ines ingrid ira irene
    iris irma irving isaac isabel isabella ivan ivy jack jackie jackson jacob jacqueline jacques jada jade jaime jake
    jamal james jamie jan jana jane janet janice jared jasmine jason jasper javier jay jayne jean jeanette jeanne jeff
    jeffrey jen jenna jennie jennifer jenny jeremiah jeremy jerome jerry jess jesse jessica jessie jill jim jimmy jin jo
    joan joann joanna joanne joaquin jocelyn jodi jody joe joel joey johanna john johnny jon jonah jonas jonathan jordan
    jorge jose joseph josephine josh joshua joy joyce juan juanita judith judy julia julian juliana julie juliet julio
    june justin kai kamal kara karen kari karim karin karl karla kate katherine kathleen kathryn kathy katie katrina kay
    keith kelly kelsey ken kendra kenneth kenny kent kerry kevin khalid kim kimberly kirk kirsten kofi kris krista kristen
    kristin kristina kumar kurt kwame kyle lamar lance lara larry latoya laura lauren laurence laurie lawrence leah lee
    leila lena leo leon leona leonard leroy leslie lester leticia levi lewis liam lila lillian lily lina linda lindsay
    lionel lisa liz lloyd lois lola lonnie lora lorena lorenzo loretta lori lorraine lou louis louise lucas lucia lucille
    lucy luis luke luther lydia lyle lynn mabel madeline maggie malcolm malik mandy manuel mara marc marcel marcia marco
    marcos marcus marcy margaret margarita maria mariah marian marie marilyn mario marisa marisol marissa marjorie mark
    marlene marsha marta martha martin marty marvin mary mason mateo mathew matt matthew maureen maurice max maxine maya
    meera megan mei melanie melinda melissa melody melvin mercedes meredith mia michael micah michele michelle miguel mike
    mila mildred miles milton mina mindy miranda miriam mitch mitchell moe mohamed mohammed moira molly mona monica morgan
    morris moses muhammad muriel myra myron nadia nadine nancy naomi natalia natalie natasha nate nathan nathaniel neal
    ned neil nell nelson nia nicholas nick nicolas nicole nigel nina noah noel noelle nora noreen norma norman octavia
    odette olga oliver olivia omar opal oscar otis otto owen paige pam pamela paolo pat patrice patricia patrick patsy
    patti patty paul paula pauline pedro peggy penelope penny percy perry pete peter petra phil philip phillip phoebe
    phyllis pierre pilar polly preston priscilla priya quentin quincy rachel rafael raj rajesh ralph ramon ramona randall
    randy raquel rashid raul ravi ray raymond reba rebecca reggie regina reginald rene renee rex rhonda ricardo richard
    rick ricky rita rob robbie robert roberta roberto robin rocio rod roderick rodney roger roland roman ron ronald ronnie
    rosa rosalie rose rosemary rosie ross rowan roxanne roy ruben ruby rudy rupert russ russell ruth ryan sabrina sadie
    sal sally salvador sam samantha samir sammy samuel sandra sandy sanjay santiago sara sarah sasha saul scott sean
    sebastian selena selma serena sergio seth shane shannon shari sharon shaun shauna shawn sheila shelby shelley sheri
    sherry shirley sid sidney silvia simon simone sofia sonia sonja sonya sophia sophie spencer stacey stacy stan stanley
    stella stephanie stephen steve steven stewart stuart sue sujata sunil susan susanna susie suzanne sven sydney sylvia
    tabitha tamara tammy tanya tara tariq tasha tatiana ted teresa terrance terrell terri terry tess tessa thelma theo
    theodore theresa thomas tiffany tim timothy tina toby todd tom tomas tommy toni tony tonya tracey traci tracy travis
    trent trevor tricia trisha troy tyler tyrone ursula val valeria valerie vanessa vera vernon veronica vicki vicky
    victor victoria vijay vince vincent viola violet virgil virginia vivian vlad wade wallace walt walter wanda warren
    wayne wendell wendy wes wesley whitney wilbur wilfred will willa willard william willie willis wilma winston xavier
    yasmin yolanda yuki yusuf yvette yvonne zach zachary zack zara zoe""".split()
)
"""Frequent first names: evidence where capitals are missing; a name need not be among them when it is capitalised."""
