"""The words people and programs put over a column, as data: which place each one names, by language.

A word is compared without case, blanks and punctuation, and also without its accents. English comes first in each
entry, then Danish, Latvian, Malay, Filipino, Tamil and some German; sources: the exports in tests, the programs' own
screens.
"""

# (target, label, words separated by |)
WORDS: tuple[tuple[str, str, str], ...] = (
    (
        "name",
        "",
        "name|full name|display name|contact name|contact|person|person name|customer"
        "|customer name|client name|lead name|navn|fulde navn|kontakt|kontaktnavn|kontaktperson"
        "|kundenavn|vārds un uzvārds|vārds uzvārds|pilns vārds|pilnais vārds|kontaktpersona"
        "|klients|klienta vārds|nama|nama penuh|nama lengkap|nama pelanggan|pangalan"
        "|buong pangalan|kumpletong pangalan|பெயர்|முழுப் பெயர்|முழு பெயர்|வாடிக்கையாளர் பெயர்"
        "|vollständiger name|ansprechpartner",
    ),
    (
        "given",
        "",
        "first name|given name|given names|forename|fname|first|fornavn|vārds|nama pertama"
        "|nama depan|nama diberi|unang pangalan|முதல் பெயர்|முதற்பெயர்|vorname",
    ),
    (
        "middle",
        "",
        "middle name|middle names|additional name|mellemnavn|otrais vārds|vidējais vārds"
        "|nama tengah|gitnang pangalan|நடுப் பெயர்|நடுப்பெயர்|zweiter vorname",
    ),
    (
        "family",
        "",
        "last name|family name|surname|lname|last|efternavn|uzvārds|nama keluarga|nama akhir"
        "|nama belakang|apelyido|huling pangalan|கடைசி பெயர்|குடும்பப் பெயர்|nachname"
        "|familienname",
    ),
    (
        "prefix",
        "",
        "name prefix|prefix|salutation|honorific|courtesy title|courtesy|mr mrs|tiltale"
        "|tiltaleform|uzruna|gelaran|gelar|anrede",
    ),
    ("title", "", "title|titel|tituls|titulo|tajuk|தலைப்பு"),
    ("suffix", "", "suffix|name suffix|suffiks|sufikss|akhiran|hulapi|namenszusatz"),
    ("credentials", "", "credentials|degree|degrees|akademisk grad|grāds|zinātniskais grāds|kelayakan"),
    ("native_name", "", "native name|name in own script|local name|originalt navn|nama asli"),
    (
        "call_me",
        "",
        "nickname|nick name|preferred name|known as|kaldenavn|kælenavn|iesauka|nama panggilan"
        "|palayaw|செல்லப்பெயர்|spitzname",
    ),
    (
        "organisation",
        "",
        "company|company name|organization|organisation|organization name|organisation name"
        "|account|account name|employer|business name|associated company"
        "|primary associated company|firm|firm name|firma|firmanavn|virksomhed|virksomhedsnavn"
        "|selskab|organisationsnavn|uzņēmums|uzņēmuma nosaukums|organizācija|nosaukums"
        "|firmas nosaukums|syarikat|nama syarikat|organisasi|majikan|kumpanya"
        "|pangalan ng kumpanya|kompanya|organisasyon|நிறுவனம்|நிறுவனத்தின் பெயர்|நிறுவனப் பெயர்"
        "|அமைப்பு|unternehmen",
    ),
    (
        "job_title",
        "",
        "job title|job|position|role|function|occupation|organization title|job role|stilling"
        "|stillingsbetegnelse|jobtitel|amats|ieņemamais amats|jawatan|pekerjaan|posisyon"
        "|katungkulan|trabaho|பதவி|வேலை|beruf|berufsbezeichnung",
    ),
    (
        "department",
        "",
        "department|dept|organization department|division|team|afdeling|nodaļa|departaments"
        "|jabatan|bahagian|departamento|kagawaran|துறை|abteilung",
    ),
    (
        "email",
        "",
        "email|e mail|mail|email address|e mail address|e mails|emails|mailadresse|e mailadresse"
        "|epost|e post|e pasts|epasta adrese|e pasta adrese|emel|e mel|alamat emel|alamat e mel"
        "|email add|மின்னஞ்சல்|மின்னஞ்சல் முகவரி|mail adresse",
    ),
    ("email", "main", "primary email|main email"),
    (
        "email",
        "other",
        "secondary email|alternate email|alternative email|additional email|other email",
    ),
    ("email", "work", "arbejdsmail|arbejds email|darba epasts|emel kerja|email sa trabaho"),
    ("email", "home", "privat mail|privat email|personīgais epasts|emel peribadi"),
    (
        "phone",
        "",
        "phone|telephone|phone number|telephone number|tel|tel no|phone no|contact number"
        "|contact no|contact phone|contact phone number|phones|telefon"
        "|telefonnummer|tlf|tlf nr|telefonnr|tālrunis|tālruņa numurs|telefons|telefona numurs"
        "|tel nr|no telefon|nombor telefon|telefon no|telepono|numero ng telepono|தொலைபேசி"
        "|தொலைபேசி எண்|தொடர்பு எண்",
    ),
    (
        "phone",
        "mobile",
        "mobile|mobile phone|mobile number|cell|cell phone|cell number|cellphone|cellular"
        "|mobile phone number|mobile no|sms|whatsapp|mobil|mobiltelefon|mobilnummer|mobilnr"
        "|mobilais|mobilais tālrunis|mobilais telefons|mob tālr|telefon bimbit|no telefon bimbit"
        "|nombor bimbit|selpon|numero ng cellphone|கைபேசி|கைப்பேசி|மொபைல்|மொபைல் எண்|கைபேசி எண்"
        "|handy",
    ),
    (
        "phone",
        "work",
        "arbejdstelefon|darba tālrunis|telefon pejabat|telefon kerja|telepono sa trabaho|அலுவலகத் தொலைபேசி",
    ),
    (
        "phone",
        "home",
        "hjemmetelefon|privattelefon|fastnet|mājas tālrunis|telefon rumah|telepono sa bahay"
        "|வீட்டுத் தொலைபேசி|festnetz",
    ),
    ("phone", "main", "company main phone|main phone|primary phone|main number|hovednummer"),
    ("phone", "fax", "fax|fax number|faxnummer|telefax|fakss|faks|nombor faks|தொலைநகல்"),
    ("phone", "pager", "pager|pager number"),
    ("phone", "assistant", "assistants phone|assistant phone"),
    ("phone", "car", "car phone"),
    ("phone", "radio", "radio phone"),
    ("phone", "callback", "callback"),
    ("phone", "telex", "telex"),
    ("phone", "TTY/TDD", "tty tdd phone"),
    ("phone", "ISDN", "isdn"),
    (
        "link",
        "",
        "website|web site|web page|webpage|url|homepage|home page|web|website url"
        "|company domain name|domain|hjemmeside|webside|netsted|mājaslapa|mājas lapa"
        "|tīmekļa vietne|vietne|laman web|laman sesawang|tapak web|sityo|இணையதளம்|வலைத்தளம்"
        "|internet",
    ),
    ("link", "home", "personal web page|personal website"),
    ("link", "LinkedIn", "linkedin|linkedin url|linkedin profile|linkedin bio"),
    ("link", "Facebook", "facebook|facebook url|facebook page"),
    ("link", "Twitter", "twitter|twitter username|twitter handle"),
    ("link", "Instagram", "instagram"),
    ("messaging", "", "imaddress|im address|im|messaging|screen name|chat"),
    ("messaging", "Skype", "skype|skype name|skype id"),
    ("messaging", "Telegram", "telegram"),
    ("messaging", "Google Talk", "google talk"),
    ("messaging", "AIM", "aim screen name|aim"),
    ("messaging", "Yahoo", "yahoo"),
    ("messaging", "Jabber", "jabber|xmpp"),
    (
        "street",
        "",
        "street|street address|street name|address line 1|address line 2|address line 3|address 1"
        "|addr 1|vej|gade|gadenavn|vejnavn|gadeadresse|iela|ielas nosaukums|jalan|nama jalan"
        "|kalye|daan|தெரு|straße|strasse",
    ),
    (
        "formatted_address",
        "",
        "address|full address|postal address|adresse|fulde adresse|adrese|pasta adrese"
        "|pilna adrese|alamat|alamat penuh|tirahan|buong tirahan|முகவரி|முழு முகவரி|anschrift",
    ),
    (
        "city",
        "",
        "city|town|city town|suburb|by|bynavn|pilsēta|bandar|kota|lungsod|siyudad|bayan|நகரம்|ஊர்|stadt|ort",
    ),
    (
        "region",
        "",
        "state|region|province|county|state region|state province|landsdel|novads|reģions|negeri"
        "|wilayah|lalawigan|rehiyon|மாநிலம்|மாவட்டம்|bundesland",
    ),
    (
        "postal_code",
        "",
        "postal code|post code|postcode|zip|zip code|zip postal code|postnummer|postnr"
        "|pasta indekss|indekss|poskod|kod pos|kodigo postal|zip kod|அஞ்சல் குறியீடு|பின்கோடு"
        "|அஞ்சல் எண்|plz|postleitzahl",
    ),
    (
        "country",
        "",
        "country|country region|country code|nation|land|landekode|valsts|negara|bansa|நாடு",
    ),
    ("po_box", "", "po box|post office box|postboks|pastkaste|abonenta kastīte|peti surat|postfach"),
    (
        "extended",
        "",
        "extended address|apartment|suite|unit|floor|address extra|c o|lejlighed|etage|dzīvoklis|tingkat",
    ),
    (
        "birthday",
        "",
        "birthday|birth date|birthdate|date of birth|dob|born|fødselsdag|fødselsdato|foedselsdag"
        "|foedselsdato|dzimšanas diena|dzimšanas datums|tarikh lahir|hari lahir|hari jadi"
        "|kaarawan|petsa ng kapanganakan|araw ng kapanganakan|பிறந்த நாள்|பிறந்தநாள்|பிறந்த தேதி"
        "|geburtstag|geburtsdatum",
    ),
    ("birth_year", "", "birth year"),
    ("birth_month", "", "birth month"),
    ("birth_day", "", "day of birth"),
    (
        "anniversary",
        "",
        "anniversary|wedding anniversary|wedding day|bryllupsdag|jubilæum|kāzu gadadiena"
        "|gadadiena|ulang tahun perkahwinan|anibersaryo|திருமண நாள்|jahrestag",
    ),
    (
        "note",
        "",
        "note|notes|comment|comments|remark|remarks|description|memo|about|background info"
        "|bemærkning|bemærkninger|noter|notat|kommentar|kommentarer|beskrivelse|piezīmes|piezīme"
        "|komentārs|komentāri|apraksts|nota|catatan|ulasan|komen|tala|mga tala|puna|komento"
        "|குறிப்பு|குறிப்புகள்|கருத்து|notizen|bemerkung",
    ),
    (
        "tags",
        "",
        "tags|tag|labels|label|category|categories|group membership|groups|group|keywords"
        "|segments|lists|etiket|etiketter|kategori|kategorier|grupper|birkas|kategorija"
        "|kategorijas|grupas|tag tag|kumpulan|mga tag|kategorya|குறிச்சொல்|குறிச்சொற்கள்|வகை"
        "|kategorien|schlagwörter",
    ),
    ("language", "", "language|preferred language|locale|sprog|valoda|bahasa|wika|மொழி|sprache"),
    (
        "external_id",
        "",
        "id|contact id|record id|customer id|customer number|customer no|uid|person id"
        "|external id|lead id|account id|kundenummer|kundenr|kunde id|klienta numurs|klienta id"
        "|no pelanggan|id pelanggan|kundennummer",
    ),
    (
        "owner",
        "",
        "owner|owner id|contact owner|account owner|lead owner|record owner|company owner"
        "|sales agent|sales rep|salesperson|assigned to|account manager|ansvarlig|kontaktejer"
        "|ejer|sælger|atbildīgais|īpašnieks|pemilik|wakil jualan|may ari|பொறுப்பாளர்|betreuer",
    ),
    (
        "stage",
        "",
        "stage|lifecycle stage|deal stage|pipeline stage|fase|salgsfase|posms|stadija|peringkat|yugto|நிலை",
    ),
    (
        "parent",
        "",
        "parent|parent account|parent company|parent organization|parent organisation"
        "|subsidiary of|moderselskab|koncern|mātes uzņēmums|mātesuzņēmums|syarikat induk"
        "|தாய் நிறுவனம்",
    ),
    (
        "relation_value",
        "spouse",
        "spouse|spouse name|wife|husband|partner|ægtefælle|laulātais|pasangan|asawa|துணைவர்",
    ),
    (
        "relation_value",
        "manager",
        "managers name|manager name|manager|reports to|leder|chef|vadītājs|pengurus|மேலாளர்",
    ),
    ("relation_value", "assistant", "assistants name|assistant name|assistant|assistent|asistents|pembantu"),
    ("relation_value", "child", "children|child|børn|bērni|anak|mga anak|குழந்தைகள்"),
    ("relation_value", "referred by", "referred by"),
    # Known to have no home, so that the links in them are not taken for websites.
    ("custom", "", "photo|photo url|picture|avatar|image|foto|billede|fotoattēls|gambar|larawan|படம்"),
)

# A word before or behind another that says where or which it is: "Work phone", "Phone (home)".
_QUALIFIERS = {
    "work": "work business office company arbejde arbejds darba kerja pejabat trabaho",
    "home": "home personal private privat hjem mājas personīgais rumah peribadi bahay",
    "other": "other anden andet cits lain iba secondary alternate alternative additional",
    "main": "primary main primær galvenais utama",
    "mobile": "mobile cell mobil",
    **{word: word for word in ("billing", "shipping", "mailing", "delivery")},
}
QUALIFIERS = {word: label for label, words in _QUALIFIERS.items() for word in words.split()}

# Words of a header that say nothing about it.
FILLERS = frozenset(
    {"the", "address", "number", "no", "nr", "nummer", "s", "your", "value", "contact", "customer", "merge"}
)

# Numbered groups of Google Contacts: "E-mail 1 - Value"; older exports say Type for Label.
GROUPS: dict[str, dict[str, str]] = {
    "email": {"value": "email", "label": "email_label", "type": "email_label"},
    "phone": {"value": "phone", "label": "phone_label", "type": "phone_label"},
    "website": {"value": "link", "label": "link_label", "type": "link_label"},
    "relation": {"value": "relation_value", "label": "relation_label", "type": "relation_label"},
    "event": {"value": "day", "label": "day_label", "type": "day_label"},
    "im": {"value": "messaging", "service": "messaging_label", "label": "messaging_label"},
    "customfield": {"value": "custom_value", "label": "custom_label", "type": "custom_label"},
    "organization": {"name": "organisation", "title": "job_title", "department": "department"},
    "address": {
        "label": "address_label",
        "type": "address_label",
        "formatted": "formatted_address",
        "street": "street",
        "city": "city",
        "pobox": "po_box",
        "region": "region",
        "postalcode": "postal_code",
        "country": "country",
        "extendedaddress": "extended",
    },
}

# Pipedrive: "Person - Name*", "Organization - Address"; what a deal or an activity says has no home in a contact.
ENTITIES: dict[str, dict[str, tuple[str, str]]] = {
    "person": {
        "name": ("name", ""),
        "organization": ("organisation", ""),
        "label": ("tags", ""),
        "labels": ("tags", ""),
    },
    "organization": {
        "name": ("organisation", ""),
        "address": ("formatted_address", "work"),
        "website": ("link", "work"),
    },
    "note": {"content": ("note", "")},
    **{entity: {} for entity in ("deal", "activity", "lead", "product", "project")},
}

# Honorifics that show a "Title" column to be about the name, not the job.
_HONORIFICS = (
    "mr mrs ms miss mx dr prof sir madam hr fr fru frk herr frau kgs kdze dkt encik en puan pn cik dato datuk tan",
    "sri g gng bb ginoo ginang atty engr திரு திருமதி செல்வி பேராசிரியர் முனைவர்",
    "السيد السيدة الدكتور الدكتورة さん 様 博士",
)
HONORIFICS = frozenset(word for line in _HONORIFICS for word in line.split())
