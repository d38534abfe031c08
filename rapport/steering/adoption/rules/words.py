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
SAID = (
    "Asked when the next lot of the Sidamo arrives; they want twenty kilos.",
    "The grinder we lent them rattles. They would like somebody to look at it.",
    "Very happy with the Christmas blend, two guests asked where to buy it.",
    "Price of the house blend is a worry; the other roaster offered eight per cent less.",
    "Moved to a new address behind the station. Deliveries before nine, please.",
    "Tasting with the whole team; they liked the washed Kenyan best.",
    "The last invoice named the wrong firm. I apologised and will have it mended.",
    "They plan a second café in spring and need an offer for two machines.",
    "Two bags were torn. They do not want them replaced, only told.",
    "Her father ran the shop before her; she remembers our first delivery.",
    "Snakkede om den nye aftale; han vil tænke over det til på fredag.",
    "Runājām par piegādi nākamajai nedēļai, viss kārtībā.",
    "அடுத்த மாதம் புதிய கடை திறக்கிறார்கள்; மாதிரி காபி கேட்டார்.",
    "Minta sampel baharu sebelum Hari Raya.",
    "Nagtanong tungkol sa presyo ng decaf para sa opisina.",
    "Asked to be called after four, never in the morning.",
    "Paused the standing order over the summer; wants to begin again in September.",
    "Praised the driver, who carried everything to the third floor.",
)  # fmt: skip
OURS = (
    "Send the offer for two machines", "Post a sample of the decaf", "Mend the invoice", "Call about the delivery",
    "Ask the workshop about the grinder", "Send the list of the spring lots", "Invite them to the tasting",
    "Find out what the driver saw", "Write the new agreement", "Say when the Sidamo is here",
)  # fmt: skip
THEIRS = (
    "Send us the floor plan",
    "Tell us how many bags they need",
    "Sign the agreement",
    "Send the old grinder back",
)
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
