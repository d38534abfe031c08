"""What a coffee roaster and its customers talk about: what is said, and what follows from it. All invented."""

from functools import cache

from msgspec import Struct


class Topic(Struct, frozen=True):
    """Something said, with what we or they may promise on it (empty: nothing follows) and how they seemed by it.

    One in another language than English is said with those who speak it."""

    words: str
    ours: str = ""
    theirs: str = ""
    feeling: str = ""
    language: str = ""


COFFEES = (
    "Sidamo",
    "washed Kenyan",
    "house blend",
    "decaf",
    "Christmas blend",
    "Huehuetenango",
    "Monsoon Malabar",
)
# `{coffee}` and `{kilos}` are filled in.
TOPICS = (
    Topic("Asked when the next lot of the {coffee} arrives; they want {kilos} kilos.", "Say when the {coffee} is here"),
    Topic("Ordered {kilos} kilos of the {coffee}, to be there before the weekend.", "Confirm the {kilos} kilos"),
    Topic("Raised the standing order to {kilos} kilos of the {coffee} a month.", feeling="good"),
    Topic("Lowered the standing order to {kilos} kilos; fewer guests since the street was dug up.", feeling="mixed"),
    Topic("The grinder we lent them rattles. They would like somebody to look at it.",
          "Ask the workshop about the grinder", "Send the old grinder back", "mixed"),
    Topic("Very happy with the {coffee}, two guests asked where to buy it.", feeling="good"),
    Topic("Price of the {coffee} is a worry; the other roaster offered eight per cent less.",
          "Write an offer for {kilos} kilos a month", "Tell us what the others offered", "bad"),
    Topic("Moved to a new address behind the station. Deliveries before nine, please.", "Change the delivery address"),
    Topic("Tasting with the whole team; they liked the {coffee} best.", "Post a sample of the {coffee}",
          "Tell us how many bags they need", "good"),
    Topic("The last invoice named the wrong firm. I apologised and will have it mended.", "Mend the invoice",
          feeling="bad"),
    Topic("They plan a second café in spring and need an offer for two machines.",
          "Send the offer for two machines", "Send us the floor plan", "good"),
    Topic("Two bags were torn. They do not want them replaced, only told.", "Find out what the driver saw"),
    Topic("Her father ran the shop before her; she remembers our first delivery.", feeling="good"),
    Topic("Asked to be called after four, never in the morning."),
    Topic("Paused the standing order over the summer; wants to begin again in September.",
          "Call in the last week of August"),
    Topic("Praised the driver, who carried everything to the third floor.", feeling="good"),
    Topic("A new barista begins on the first; they ask for a training day.", "Find a day for the training",
          "Say how many come to the training", "good"),
    Topic("Water in the new shop is very hard. We talked about filters.", "Send the list of filters"),
    Topic("They want {kilos} gift boxes for their own guests before the holidays.", "Send a picture of the gift boxes",
          "Send us their logo"),
    Topic("The accountant asks for all invoices of the year in one file.", "Send the invoices of the year"),
    Topic("Payment is late; he will look into it himself.", theirs="Pay the open invoice", feeling="mixed"),
    Topic("Wanted to know where the {coffee} grows and who picks it. Sent the story of the farm."),
    Topic("They compared us with a subscription from abroad and stayed.", feeling="good"),
    Topic("The {coffee} tasted flat this time. We looked at the roasting date together.",
          "Post a fresh bag of the {coffee}", feeling="bad"),
    Topic("Introduced us to the buyer of the hotel next door.", "Write to the hotel next door", feeling="good"),
    Topic("Snakkede om den nye aftale; han vil tænke over det til på fredag.", "Send aftalen", "Svar på aftalen",
          language="da"),
    Topic("Kværnen er kommet godt op at køre, og de er glade for den.", feeling="good", language="da"),
    Topic("Runājām par piegādi nākamajai nedēļai, viss kārtībā.", language="lv"),
    Topic("Gribētu {kilos} kilogramus uz Līgo svētkiem.", "Nosūtīt piedāvājumu Līgo svētkiem", language="lv"),
    Topic("அடுத்த மாதம் புதிய கடை திறக்கிறார்கள்; மாதிரி காபி கேட்டார்.", "மாதிரி காபி அனுப்ப வேண்டும்", feeling="good",
          language="ta"),
    Topic("Minta sampel baharu sebelum Hari Raya.", "Hantar sampel baharu", language="ms"),
    Topic("Nagtanong tungkol sa presyo ng decaf para sa opisina.", "Ipadala ang presyo ng decaf", language="fil"),
)  # fmt: skip


@cache
def topics_in(language: str) -> tuple[Topic, ...]:
    """What is talked about with those who speak this language."""
    return tuple(topic for topic in TOPICS if topic.language in {"", language})


NOBODY_THERE = (
    "Nobody picked up.",
    "Left word with a colleague, who will pass it on.",
    "Engaged. I try again tomorrow.",
)
WHY_MISSED = ("They were ill.", "The train stood still.", "Forgot; was very sorry.")
WHY_DROPPED = ("No longer wanted.", "They found it themselves.", "It came to nothing.")
MEETINGS = (
    "Tasting of the new lots",
    "The agreement of next year",
    "Look at the grinder",
    "The second café",
    "Training day",
)
