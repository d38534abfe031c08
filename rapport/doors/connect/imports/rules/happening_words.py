"""The words of a table of what happened, as data: over its columns, and in its cells for how, who began, what came of
it. English first, then Danish, Latvian, Malay, Filipino, Tamil and some German, compared as `words.WORDS` are."""

# (target, words separated by |)
HEADERS: tuple[tuple[str, str], ...] = (
    (
        "when",
        "date|when|day|timestamp|date time|datetime|happened at|occurred at|call date|visit date|meeting date"
        "|activity date|contact date|event date|order date|purchase date|sale date|sales date|invoice date"
        "|transaction date|ticket date|close date|closed date|closed at|sent at|received at|dato|tidspunkt|hvornår"
        "|opkaldsdato|købsdato|ordredato|fakturadato|datums|pirkuma datums|zvana datums|rēķina datums|tarikh"
        "|tarikh pembelian|tarikh panggilan|petsa|petsa ng pagbili|petsa ng tawag|தேதி|நாள்|datum|zeitpunkt",
    ),
    (
        "when_else",
        "engage date|start date|open date|opened at|begin date|created date|date created|created at|startdato"
        "|oprettet|sākuma datums|tarikh mula|petsa ng simula|தொடக்க தேதி",
    ),
    ("hour", "time|hour|call time|start time|klokken|klokkeslæt|tid|laiks|masa|oras|நேரம்|uhrzeit"),
    (
        "channel",
        "channel|how|medium|type|activity type|contact type|interaction type|kanal|kontaktform|kanāls|veids"
        "|saluran|jenis|paraan|uri|சேனல்|வழி",
    ),
    ("direction", "direction|in out|inbound outbound|retning|virziens|arah|direksyon|திசை|richtung"),
    (
        "outcome",
        "outcome|result|disposition|resultat|udfald|rezultāts|iznākums|keputusan|hasil|resulta|kinalabasan|முடிவு"
        "|ergebnis",
    ),
    (
        "words",
        "subject|summary|what happened|what was said|message|text|emne|besked|hvad skete|temats|ziņa|subjek|mesej"
        "|paksa|mensahe|பொருள்|செய்தி|betreff",
    ),
    (
        "number",
        "opportunity id|deal id|order id|order number|order no|invoice|invoice id|invoice number|invoice no"
        "|transaction id|ticket id|case id|call id|activity id|event id|interaction id|meeting id|ordrenummer"
        "|fakturanummer|sagsnummer|pasūtījuma numurs|rēķina numurs|no pesanan|no invois|numero ng order|ஆர்டர் எண்",
    ),
    ("owner", "agent|who of us|user|rep|representative|employee|medarbejder|darbinieks|kakitangan|empleyado"),
)

CHANNELS: tuple[tuple[str, str], ...] = (
    (
        "phone",
        "phone|call|phone call|telephone|calls|opkald|telefon|ringet|zvans|tālrunis|panggilan|tawag|telepono"
        "|அழைப்பு|தொலைபேசி|anruf",
    ),
    (
        "in_person",
        "in person|meeting|visit|face to face|store|shop|møde|besøg|personligt|butik|tikšanās|vizīte|klātienē"
        "|mesyuarat|lawatan|bersemuka|pulong|bisita|personal|சந்திப்பு|நேரில்|besuch|treffen",
    ),
    (
        "video",
        "video|video call|online meeting|zoom|teams|videomøde|videozvans|panggilan video|video tawag|காணொளி",
    ),
    ("email", "email|e mail|mail|emails|e post|epasts|e pasts|emel|e mel|மின்னஞ்சல்"),
    ("letter", "letter|post|brev|vēstule|surat|sulat|liham|கடிதம்|brief"),
    ("chat", "chat|sms|text message|whatsapp|messenger|viber|message|besked|čats|sembang|அரட்டை"),
)

DIRECTIONS: tuple[tuple[str, str], ...] = (
    (
        "ours",
        "ours|out|outbound|outgoing|sent|we reached them|udgående|ud|izejošs|keluar|palabas|வெளிச்செல்லும்|ausgehend",
    ),
    (
        "theirs",
        "theirs|in|inbound|incoming|received|they reached us|indgående|ind|ienākošs|masuk|papasok|உள்வரும்"
        "|eingehend",
    ),
)

OUTCOMES: tuple[tuple[str, str], ...] = (
    ("reached", "reached|connected|answered|completed|truffet|sasniegts|dihubungi|naabot"),
    (
        "no_answer",
        "no answer|not reached|missed|busy|intet svar|neatbild|tiada jawapan|walang sagot|பதில் இல்லை",
    ),
    ("left_message", "left message|left a message|voicemail|left voicemail|lagt besked|atstāta ziņa"),
    ("call_back", "call back|callback|wants to be called back|ring tilbage|atzvanīt|tawagan ulit"),
    ("agreed", "agreed|accepted|yes|enig|aftalt|piekrita|setuju|pumayag|sumang ayon|ஒப்புக்கொண்டார்"),
    ("declined", "declined|refused|no|afslået|nej|atteicās|menolak|tumanggi|மறுத்தார்"),
)
