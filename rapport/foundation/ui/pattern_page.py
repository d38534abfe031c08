"""Examples for the live page of all parts: one of each, with names from the scripts our readers use."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms

NOW = datetime(2026, 11, 19, 10, 12, tzinfo=UTC)


class EveryField(forms.Form):
    """One field of every kind that a form can hold."""

    name = forms.CharField(label="Name", help_text="As she writes it herself")
    email = forms.EmailField(label="E-mail")
    phone = forms.CharField(label="Phone", required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    number = forms.DecimalField(label="Number", required=False)
    day = forms.DateField(label="Day", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    stage = forms.ChoiceField(label="Stage", choices=[("new", "New"), ("renewing", "Renewing")])
    reach = forms.ChoiceField(
        label="Reach by", choices=[("phone", "Phone"), ("mail", "E-mail")], widget=forms.RadioSelect
    )
    speaks = forms.MultipleChoiceField(
        label="Speaks",
        choices=[("ta", "தமிழ்"), ("lv", "Latviešu"), ("da", "Dansk")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    agreed = forms.BooleanField(label="May we write?", required=False)
    note = forms.CharField(label="Note", required=False, widget=forms.Textarea(attrs={"rows": 2}))
    file = forms.FileField(label="File", required=False)


def examples() -> dict[str, Any]:
    """Return what the pattern page shows, as one reader might meet it."""
    form = EveryField(
        {"name": "Kavitha Ramanathan", "email": "kavitha", "stage": "renewing", "reach": "phone"}
    )
    form.is_valid()
    return {
        "now": NOW,
        "form": form,
        "cell_form": EveryField(initial={"name": "Ring back about the lease"}, auto_id="cell_%s"),
        "names": NAMES,
        "ages": [NOW - timedelta(days=days) for days in (0, 7, 21, 41)],
        "views": [
            {"label": "All", "url": "#all", "number": 1284},
            {"label": "Mine", "url": "#mine", "number": 126, "current": True},
        ],
        "filters": [
            {"label": "Stage", "icon": "sprout", "verb": "is", "value": "Customer", "remove_url": "#without"},
            {"label": "Phone", "icon": "phone", "url": "#phone", "number": 31},
            {"label": "E-mail", "icon": "mail", "url": "#mail", "current": True, "number": 58},
        ],
        "steps": [
            {"label": "Choose the file", "done": True, "url": "#file"},
            {"label": "Match the columns", "current": True},
            {"label": "Look it over"},
        ],
        "sources": [
            {"icon": "phone", "text": "Call answered, 17 Nov 2026"},
            {"icon": "file-input", "text": "Old card index, row 211"},
        ],
        "groups": [{"name": "People", "hits": [_hit(name, line) for name, line in NAMES[:3]]}],
        "days": [{"heading": "Today", "moments": [CALL, ANSWER]}],
        "promises": PROMISES,
        "entry": ENTRY,
        "conflict": CONFLICT,
        "bulk": [{"label": "Tag", "icon": "tag"}, {"label": "Merge", "icon": "merge"}],
    }


def _hit(name: str, line: str) -> dict[str, Any]:
    return {"url": "#hit", "title": name, "line": line, "key": name}


NAMES = [
    ("Kavitha Ramanathan", "Madras Filter House"),
    ("Siti Aisyah binti Abdullah", "Warung Pagi Sdn Bhd"),
    ("முருகன் செல்வராஜ்", "Murugan Stores"),
    ("Mai-Britt Østergaard-Christensen", "Lagkagehuset på Havnen"),
    ("Jose Miguel dela Cruz", "Kapihan ni Lola"),
]
CALL = {
    "icon": "phone-outgoing",
    "tone": "accent",
    "headline": "Mette called",
    "more": "11 min",
    "at": NOW - timedelta(hours=2),
    "quote": "If the grinder is here before Pongal we are with you another year.",
    "meta": "Logged in 7 seconds",
    "url": "#call",
    "url_label": "Open",
}
ANSWER = {
    "icon": "mail",
    "headline": "She wrote",
    "at": NOW - timedelta(hours=4),
    "words": "Asks what changes in price.",
}
PROMISES = [
    {
        "id": 1,
        "what": "Quote for 3 more academy seats",
        "url": "#promise",
        "due": NOW + timedelta(hours=5),
        "tone": "soon",
        "name": "Kavitha Ramanathan",
        "key": "Kavitha Ramanathan",
        "name_url": "#who",
        "line": "Madras Filter House",
    },
    {
        "id": 2,
        "what": "Replace the drip tray",
        "due": NOW - timedelta(days=1),
        "tone": "late",
        "name": "Andris Liepiņš",
    },
    {
        "id": 3,
        "what": "Send the tasting dates",
        "due": NOW,
        "name": "Siti Aisyah binti Abdullah",
        "kept": True,
    },
]
ENTRY = {
    "who": "Mette Sørensen",
    "key": 5,
    "words": "changed Kavitha Ramanathan",
    "at": NOW - timedelta(days=1),
    "source": "on screen",
    "changes": [
        {"label": "Phone", "before": "+91 44 2499 0310", "after": "+91 44 2811 0242"},
        {"label": "City", "before": "Madras", "after": ""},
    ],
}
CONFLICT = {
    "record": "Kavitha Ramanathan",
    "who": "Arun Selvam",
    "at": NOW,
    "kept": [("version", 8)],
    "fields": [
        {
            "name": "phone",
            "label": "Phone",
            "mine": "+91 44 2499 0310",
            "my_value": "+914424990310",
            "theirs": "+91 44 2811 0242",
            "their_value": "+914428110242",
            "before": "+91 44 2499 0000",
        }
    ],
}
