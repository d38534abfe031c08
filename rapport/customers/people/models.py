"""Persons, organisations and households: one party model, and what belongs to a party."""

from datetime import datetime
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from rapport.foundation.kernel.access.queries import within
from rapport.foundation.kernel.access.rules import Actor, Verb
from rapport.foundation.kernel.actors.models import Department, Team, User, Versioned


class PartyKind(models.TextChoices):
    """The three record types that share the table of parties."""

    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")
    HOUSEHOLD = "household", _("Household")


RECORD_TYPE = {"person": "people", "organisation": "organisations", "household": "households"}


class Stage(models.TextChoices):
    """Where a party stands with the firm: one life cycle, from stranger to former customer."""

    STRANGER = "stranger", _("Stranger")
    PROSPECT = "prospect", _("Prospect")
    CUSTOMER = "customer", _("Customer")
    AT_RISK = "at_risk", _("At risk")
    FORMER = "former", _("Former customer")


def reached_parties(actor: Actor, verb: str, prefix: str = "") -> Q:
    """The condition that a party (at `prefix`, such as `party__`) lies within the actor's reach, by its kind."""
    reaches = {kind: actor.reach(record_type, verb) for kind, record_type in RECORD_TYPE.items()}
    if len(set(reaches.values())) == 1:
        return within(actor, reaches["person"], prefix=prefix)
    condition = Q(pk__in=[])
    for kind, reach in reaches.items():
        if reach is not None:
            condition |= Q(**{f"{prefix}kind": kind}) & within(actor, reach, prefix=prefix)
    return condition


# Said in the same words in the indexes, which else would not be used.
NOT_FORMER = ~Q(stage=Stage.FORMER)


def is_quiet(at: datetime) -> Q:
    """The condition that one speaks too little with a party at this moment; a former customer left, and is none."""
    return Q(quiet_from__lte=at) & NOT_FORMER


class PartyQuerySet(models.QuerySet["Party"]):
    """Parties, asked for in the words of the trade."""

    def visible_to(self, actor: Actor, verb: str = Verb.SEE) -> Self:
        """Those the actor's verb reaches."""
        return self.filter(reached_parties(actor, verb))

    def people(self) -> Self:
        """Persons only."""
        return self.filter(kind=PartyKind.PERSON)

    def organisations(self) -> Self:
        """Organisations only."""
        return self.filter(kind=PartyKind.ORGANISATION)

    def households(self) -> Self:
        """Households only."""
        return self.filter(kind=PartyKind.HOUSEHOLD)


class PartQuerySet[M: models.Model](models.QuerySet[M]):
    """Rows that belong to a party and are seen by whoever sees it."""

    def visible_to(self, actor: Actor, verb: str = Verb.SEE) -> Self:
        """Those whose party the actor's verb reaches; to add or remove a part is to edit the whole."""
        verb = Verb.SEE if verb == Verb.SEE else Verb.EDIT
        return self.filter(reached_parties(actor, verb, "party__"))


class Party(Versioned):
    """A person, organisation or household. The name is one text, as its bearer writes it; it is never split.

    `rhythm_days` is how often we speak (None until that is known), `quiet_from` the moment from which our silence is
    long for this party, or it is no more to be let be (None where nothing was ever said)."""

    derived = frozenset(
        {"sort_key", "updated_at", "last_contact_at", "next_promise_due", "rhythm_days", "quiet_from"}
    )

    kind = models.CharField(max_length=12, choices=PartyKind, default=PartyKind.PERSON)
    name = models.TextField(_("name"), blank=True)
    native_name = models.TextField(_("name in own script"), blank=True)
    call_me = models.TextField(_("call me"), blank=True)
    said_like = models.TextField(_("said like"), blank=True)
    sort_as = models.TextField(_("sort as"), blank=True)
    organisation = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="members", verbose_name=_("organisation")
    )
    job_title = models.TextField(_("job title"), blank=True)
    unit = models.TextField(_("department there"), blank=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, blank=True)
    language = models.TextField(_("language"), blank=True)
    channel = models.CharField(_("reach by"), max_length=12, blank=True)
    best_from = models.TimeField(_("best hour, from"), null=True, blank=True)
    best_to = models.TimeField(_("best hour, to"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    let_be_until = models.DateField(_("let be until"), null=True, blank=True)
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("team")
    )
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    external_id = models.TextField(_("external id"), blank=True)
    custom = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(_("added"), default=timezone.now)

    sort_key = models.TextField(default="", editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)
    last_contact_at = models.DateTimeField(null=True, editable=False)
    next_promise_due = models.DateField(null=True, editable=False)
    rhythm_days = models.SmallIntegerField(null=True, editable=False)
    quiet_from = models.DateTimeField(null=True, editable=False)

    objects = PartyQuerySet.as_manager()

    class Meta:
        verbose_name = _("person or organisation")
        indexes: ClassVar = [
            models.Index(fields=["kind", "sort_key", "id"], name="party_by_name"),
            models.Index(fields=["kind", "-updated_at", "-id"], name="party_by_update"),
            models.Index(fields=["kind", "owner", "-updated_at", "-id"], name="party_by_owner"),
            models.Index(fields=["kind", "stage", "-updated_at", "-id"], name="party_by_stage"),
            models.Index(fields=["kind", "-last_contact_at", "-id"], name="party_by_contact"),
            models.Index(fields=["kind", "next_promise_due", "id"], name="party_by_promise"),
            models.Index(fields=["kind", "quiet_from", "owner"], name="party_by_quiet", condition=NOT_FORMER),
            models.Index(fields=["owner", "quiet_from", "id"], name="party_quiet_mine", condition=NOT_FORMER),
            models.Index(fields=["external_id"], name="party_external", condition=~Q(external_id="")),
        ]

    def __str__(self) -> str:
        return self.name or self.native_name or str(_("No name"))

    @property
    def record_type(self) -> str:
        """The key of the record type this party is of."""
        return RECORD_TYPE[self.kind]


class Part(Versioned):
    """Something that belongs to a party and goes with it."""

    root = "party"

    party = models.ForeignKey(Party, models.CASCADE, related_name="%(class)ss")

    class Meta:
        abstract = True


class ContactPoint(Part):
    """A way to reach a party: an e-mail address, a phone, a link. `value` is as typed; `normal` compares."""

    class Type(models.TextChoices):
        """What it is."""

        EMAIL = "email", _("E-mail")
        PHONE = "phone", _("Phone")
        LINK = "link", _("Link")
        MESSAGING = "messaging", _("Messaging")

    type = models.CharField(max_length=12, choices=Type)
    value = models.TextField(_("value"))
    normal = models.TextField(blank=True)
    label = models.TextField(_("kind"), blank=True)
    position = models.IntegerField(default=0)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact point")
        indexes: ClassVar = [models.Index(fields=["type", "normal"], name="contact_by_normal")]

    def __str__(self) -> str:
        return self.value


class PostalAddress(Part):
    """A postal address, in the parts that its country's format puts in order."""

    label = models.TextField(_("kind"), blank=True)
    po_box = models.TextField(_("PO box"), blank=True)
    extended = models.TextField(_("building, floor"), blank=True)
    street = models.TextField(_("street"), blank=True)
    city = models.TextField(_("city"), blank=True)
    region = models.TextField(_("region"), blank=True)
    postal_code = models.TextField(_("postal code"), blank=True)
    country = models.TextField(_("country"), blank=True)
    formatted = models.TextField(_("as written"), blank=True)
    position = models.IntegerField(default=0)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("address")

    def __str__(self) -> str:
        return self.formatted or ", ".join(filter(None, [self.street, self.postal_code, self.city]))


class Remembered(Part):
    """A date to remember, such as a birthday; the year may be unknown."""

    label = models.TextField(_("what"))
    year = models.IntegerField(_("year"), null=True, blank=True)
    month = models.IntegerField(_("month"))
    day = models.IntegerField(_("day"))

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("date to remember")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(month__gte=1, month__lte=12, day__gte=1, day__lte=31), name="a_day_of_the_year"
            )
        ]

    def __str__(self) -> str:
        return self.label


class Relation(Part):
    """How a party is related to another, or to somebody known by name only; it begins and ends."""

    other = models.ForeignKey(Party, models.SET_NULL, null=True, blank=True, related_name="related_from")
    other_name = models.TextField(_("name"), blank=True)
    label = models.TextField(_("what they are"))
    begin_date = models.DateField(_("since"), null=True, blank=True)
    end_date = models.DateField(_("until"), null=True, blank=True)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("relation")

    def __str__(self) -> str:
        return self.label


class PartyTag(Part):
    """A tag on a party."""

    tag = models.TextField(_("tag"))

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        constraints: ClassVar = [models.UniqueConstraint(fields=["party", "tag"], name="tag_once")]
        indexes: ClassVar = [models.Index(fields=["tag"], name="party_tag")]

    def __str__(self) -> str:
        return self.tag


class Consent(Part):
    """A yes or a no to being written or called for a purpose, with where and when it was said."""

    purpose = models.TextField(_("for what"))
    channel = models.CharField(_("by"), max_length=12)
    is_given = models.BooleanField(_("allowed"))
    source = models.TextField(_("how we know"))
    said_date = models.DateField(_("said on"))

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")

    def __str__(self) -> str:
        return self.purpose


class Card(Part):
    """The card a party came on, raw, and what in it has no field here."""

    raw = models.TextField()
    also = models.JSONField(default=list)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("original card")

    def __str__(self) -> str:
        return "vCard"


class Photo(Part):
    """A picture of a party; the file lies in the home under a random name."""

    file = models.TextField()
    content_type = models.CharField(max_length=40)

    objects = PartQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")

    def __str__(self) -> str:
        return self.file
