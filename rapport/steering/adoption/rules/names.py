"""Names, places and number shapes of the countries that the practice company knows people in. All invented.

A phone's shape is libphonenumber's example number of the country with its last five digits left open (#)."""

from msgspec import Struct

type Pair = tuple[str, str]  # a name in Latin letters and in its own script


class Country(Struct, frozen=True):
    """What people of a country are called and where they live. `own` pairs are used where a script is its own."""

    code: str
    language: str
    time_zone: str
    dial: str
    mobile: str
    fixed: str
    women: tuple[str, ...]
    men: tuple[str, ...]
    families: tuple[str, ...]
    places: tuple[tuple[str, str, str], ...]
    streets: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    family_of_women: tuple[str, ...] = ()
    own_women: tuple[Pair, ...] = ()
    own_men: tuple[Pair, ...] = ()
    own_initials: tuple[Pair, ...] = ()


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


DENMARK = Country(
    "DK", "da", "Europe/Copenhagen", "+45", "34 4# ## ##", "32 1# ## ##",
    women=_words("Anne Mette Kirsten Sofie Freja Ida Karen Bodil Maja Signe Astrid Birgit Åse Rikke Nanna Laura"),
    men=_words("Peter Jens Søren Mikkel Lars Rasmus Jørgen Anders Emil Niels Bjørn Kåre Thomas Frederik Aksel Oluf"),
    families=_words(
        "Jensen Nielsen Sørensen Møller Østergaard Kjær Holm Lund Bæk Søndergaard Krogh Dahl Vestergaard Juhl Friis "
        "Skov Ågaard Thomsen Winther Bech"
    ),
    places=(("København", "2100", ""), ("Aarhus", "8000", ""), ("Odense", "5000", ""), ("Køge", "4600", ""),
            ("Ærøskøbing", "5970", "")),
    streets=_words("Nørregade Bakkevej Møllestræde Havnegade Åboulevarden Lindealle Kirkevænget"),
    trades=_words("Kaffebar Bageri Boghandel Isenkram Vinhandel Café Konditori Gartneri"), forms=("ApS", "A/S", ""),
)  # fmt: skip
LATVIA = Country(
    "LV", "lv", "Europe/Riga", "+371", "21 2## ###", "63 1## ###",
    women=_words("Anna Ilze Līga Dace Ieva Zane Kristīne Elīna Santa Baiba Inga Rūta Agnese Žanete Guna Ģertrūde"),
    men=_words("Jānis Andris Mārtiņš Kārlis Pēteris Juris Edgars Toms Artūrs Oskars Aivars Uldis Ēriks Gatis Raivis"),
    families=_words(
        "Bērziņš Kalniņš Ozoliņš Liepiņš Krūmiņš Eglītis Zariņš Pētersons Vītols Āboliņš Šmits Ķeniņš Jansons "
        "Grīnbergs Dūmiņš Sproģis"
    ),
    family_of_women=_words(
        "Bērziņa Kalniņa Ozoliņa Liepiņa Krūmiņa Eglīte Zariņa Pētersone Vītola Āboliņa Šmite Ķeniņa Jansone "
        "Grīnberga Dūmiņa Sproģe"
    ),
    places=(("Rīga", "LV-1010", ""), ("Cēsis", "LV-4101", ""), ("Liepāja", "LV-3401", ""), ("Ķemeri", "LV-2012", "")),
    streets=_words("Brīvības_iela Ķīpsalas_iela Miera_iela Avotu_iela Ūdens_iela Čaka_iela"),
    trades=_words("Kafejnīca Maiznīca Grāmatnīca Viesnīca Ziedu_veikals Tirdzniecība"), forms=("SIA", "AS"),
)  # fmt: skip
INDIA = Country(
    "IN", "ta", "Asia/Kolkata", "+91", "81234 #####", "74104 #####",
    women=(), men=(), families=_words("Selvam Raman Murugesan Pillai Natarajan Velu Kumaran Sundaram Arumugam Perumal"),
    places=(("Chennai", "600004", "Tamil Nadu"), ("Madurai", "625001", "Tamil Nadu"),
            ("Coimbatore", "641012", "Tamil Nadu"), ("Thanjavur", "613001", "Tamil Nadu")),
    streets=_words("Gandhi_Road Temple_Street Anna_Salai North_Car_Street Bazaar_Road Lake_View_Road"),
    trades=_words("Stores Coffee_House Textiles Sweets Traders Bookshop Tea_Stall"), forms=("Pvt Ltd", "& Sons", ""),
    own_women=(("Kavitha", "கவிதா"), ("Meenakshi", "மீனாட்சி"), ("Selvi", "செல்வி"), ("Lakshmi", "லட்சுமி"),
               ("Priya", "பிரியா"), ("Thenmozhi", "தேன்மொழி"), ("Amutha", "அமுதா"), ("Revathi", "ரேவதி"),
               ("Nila", "நிலா"), ("Valli", "வள்ளி"), ("Yazhini", "யாழினி"), ("Sumathi", "சுமதி")),
    own_men=(("Murugan", "முருகன்"), ("Arjun", "அர்ஜுன்"), ("Senthil", "செந்தில்"), ("Kumar", "குமார்"),
             ("Ravi", "ரவி"), ("Prakash", "பிரகாஷ்"), ("Ilango", "இளங்கோ"), ("Karthik", "கார்த்திக்"),
             ("Anbu", "அன்பு"), ("Velan", "வேலன்"), ("Mani", "மணி"), ("Sundar", "சுந்தர்")),
    own_initials=(("K.", "க."), ("S.", "சு."), ("M.", "மு."), ("R.", "ரா."), ("P.", "பெ."), ("V.", "வே."),
                  ("A.", "அ."), ("T.", "தி."), ("N.", "ந."), ("", "")),
)  # fmt: skip
MALAYSIA = Country(
    "MY", "ms", "Asia/Kuala_Lumpur", "+60", "12-34# ####", "3-238# ####",
    women=_words("Nur_Aisyah Siti Farah Zulaikha Nurul_Huda Aminah Hafizah Mei_Ling Li_Na Shu_Fen Rohani Salmah"),
    men=_words("Ahmad Faizal Azlan Hafiz Muhammad_Amir Rashid Ismail Wei_Jie Chee_Keong Zainal Kamal Iskandar"),
    families=_words("bin_Osman bin_Rahman bin_Abdullah bin_Yusof bin_Hassan bin_Ibrahim bin_Salleh bin_Latiff"),
    family_of_women=_words(
        "binti_Osman binti_Rahman binti_Abdullah binti_Yusof binti_Hassan binti_Ibrahim binti_Salleh binti_Latiff"
    ),
    places=(("Kuala Lumpur", "50450", ""), ("George Town", "10200", "Pulau Pinang"), ("Ipoh", "30000", "Perak"),
            ("Kuching", "93100", "Sarawak")),
    streets=_words("Jalan_Ampang Lorong_Maarof Jalan_Sultan Jalan_Burma Jalan_Gambir"),
    trades=_words("Kopitiam Kedai_Roti Perniagaan Kafe Restoran Kedai_Buku"), forms=("Sdn Bhd", ""),
)  # fmt: skip
PHILIPPINES = Country(
    "PH", "fil", "Asia/Manila", "+63", "905 12# ####", "2 323# ####",
    women=_words("Maria_Luisa Jasmine Rosario Carmela Teresita Angel Kristine Imelda Ligaya Corazon Mayumi Dalisay"),
    men=_words("Jose Juan_Miguel Ramon Bayani Rodel Danilo Benigno Emmanuel Nestor Marlon Isagani Jericho"),
    families=_words(
        "Santos Reyes Cruz Bautista Ocampo Dela_Cruz Garcia Mendoza Peña Villanueva Macaraeg Dimaculangan Aquino Muñoz"
    ),
    places=(("Makati", "1200", "Metro Manila"), ("Cebu City", "6000", "Cebu"), ("Parañaque", "1700", "Metro Manila"),
            ("Davao City", "8000", "Davao del Sur")),
    streets=_words("Rizal_Street Mabini_Avenue Ayala_Road Bonifacio_Street Sampaguita_Lane"),
    trades=_words("Kapihan Panaderya Sari-sari Trading Bookstore Catering"), forms=("Inc.", "Corp.", ""),
)  # fmt: skip
BRITAIN = Country(
    "GB", "en", "Europe/London", "+44", "7400 1#####", "121 23# ####",
    women=_words("Emma Grace Margaret Siobhan Niamh Olivia Priya Zoë Chloe Hannah Ruth Beatrice Fiona Amina"),
    men=_words("James Oliver Callum Rhys Owen George Samuel David Ewan Tariq Kwame Patrick Alfie Hugh"),
    families=_words(
        "Smith Jones Okafor Patel O’Brien MacLeod Taylor Hughes Whitby-Ross Ahmed Clarke Penhaligon Wood Evans Murray "
        "St_John"
    ),
    places=(("London", "N1 9GU", ""), ("Edinburgh", "EH1 1YZ", ""), ("Cardiff", "CF10 1EP", ""),
            ("Leeds", "LS1 4AP", "")),
    streets=_words("High_Street Station_Road Mill_Lane Church_Walk Queen’s_Crescent Orchard_Close"),
    trades=_words("Coffee Bakery Books Provisions Hotels Catering Tea_Rooms Grocers"), forms=("Ltd", "& Co", "LLP"),
)  # fmt: skip
GERMANY = Country(
    "DE", "de", "Europe/Berlin", "+49", "1512 34#####", "30 1#####",
    women=_words("Anja Käthe Jürga Sabine Heike Greta Lena Ayşe Ursula Marlene Frieda Ilse"),
    men=_words("Jürgen Matthias Björn Uwe Stefan Günther Emre Lukas Moritz Klaus Heiko Friedrich"),
    families=_words(
        "Müller Weiß Schäfer Krüger von_der_Heide Großmann Köhler Yılmaz Vogt Bäcker Strauß Lindner Böhm Zimmermann"
    ),
    places=(("Berlin", "10115", ""), ("München", "80331", ""), ("Köln", "50667", ""), ("Görlitz", "02826", "")),
    streets=_words("Hauptstraße Gartenweg Goethestraße Am_Anger Lindenallee Mühlgasse"),
    trades=_words("Rösterei Bäckerei Buchhandlung Café Feinkost Weinhandel"), forms=("GmbH", "KG", "eG"),
)  # fmt: skip
SWEDEN = Country(
    "SE", "sv", "Europe/Stockholm", "+46", "70 12# ## ##", "8 1# ## ##",
    women=_words("Åsa Elsa Linnéa Maja Karin Ingrid Saga Ebba Gunilla Märta"),
    men=_words("Göran Nils Åke Erik Oskar Björn Lennart Sven Hjalmar Måns"),
    families=_words("Lindström Åkesson Bergqvist Sjöberg Öhman Nyström Håkansson Wallin Ek Forsgren"),
    places=(("Stockholm", "111 22", ""), ("Malmö", "211 15", ""), ("Örebro", "702 10", "")),
    streets=_words("Storgatan Björkvägen Ängsgatan Hamngatan Åsvägen"),
    trades=_words("Kafferosteri Bageri Bokhandel Konditori Handel"), forms=("AB", "HB"),
)  # fmt: skip
COUNTRIES = (DENMARK, LATVIA, INDIA, MALAYSIA, PHILIPPINES, BRITAIN, GERMANY, SWEDEN)
WEIGHTS = (34, 24, 12, 8, 8, 6, 5, 3)
