"""What people of the practice company do, say and promise. All invented."""

JOBS = (
    "Owner", "Buyer", "Head of purchasing", "Barista", "Café manager", "Accountant", "Head chef", "Store manager",
    "Office manager", "Director", "Marketing lead", "Warehouse lead",
)  # fmt: skip
OWN_JOBS = {
    "da": ("Indkøber", "Køkkenchef", "Butikschef"), "lv": ("Pavārs", "Grāmatvede", "Vadītāja"),
    "ms": ("Pengurus", "Akauntan"), "fil": ("Tagapamahala", "Kusinero"), "ta": ("மேலாளர்", "கணக்காளர்"),
    "de": ("Einkauf", "Küchenleitung"), "sv": ("Inköpare", "Kökschef"),
}  # fmt: skip
UNITS = ("Purchasing", "Kitchen", "Front of house", "Finance", "Management", "Warehouse")
TAGS = (
    "espresso", "filter", "decaf", "organic", "wholesale", "gift boxes", "newsletter", "café", "hotel", "office",
    "fairtrade", "pays late", "VIP", "fair 2026",
)  # fmt: skip
NOTES = (
    "Never before ten: she bakes at night.",
    "Pays by cheque and likes it so.",
    "Ask for the nephew, he decides about coffee.",
    "Allergic to nuts; no gift boxes with nougat.",
    "Prefers a letter to a call.",
    "Was our first customer. Treat as family.",
)  # fmt: skip
RELATIONS = ("works with", "her sister", "his brother", "married to", "their accountant", "recommended us")
PURPOSES = ("newsletter", "offers", "invitations", "service news")
SOURCES = ("form at the fair", "said by phone", "web form", "written on the order")
