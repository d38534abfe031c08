"""Every page there is, for whoever looks at all of them: axe, right-to-left, a phone, the pictures of `bin/look`."""

# The page's name and its address; a word in braces is one of what `steps.fill` answers.
PAGES = {
    "today": "/",
    "capture": "/capture/?text=called+Kavitha+and+Ragnar,+promised+to+send+the+list+on+03/04",
    "signature": "/signature/",
    "saying": "/parties/{party}/saying/",
    "people": "/people/",
    "people-filter": "/people/?filter=1&stage=customer&sort=-last_contact_at",
    "people-nobody": "/people/?stage=stranger",
    "person-new": "/people/new/",
    "person": "{person}",
    "person-story": "{person}?channel=phone",
    "person-edit": "{person}edit/",
    "person-history": "{person}history/",
    "person-readers": "{person}readers/",
    "person-part": "{person}parts/contact-points/",
    "person-field": "{person}fields/stage/",
    "person-source": "{person}fields/name/source/",
    "person-panel": "/panels/reach{person}",
    "organisations": "/organisations/",
    "organisation": "{organisation}",
    "households": "/households/",
    "week": "/week/",
    "week-after": "/week/?day=2199-12-31",
    "calls": "/calls/",
    "planning": "/parties/{party}/planning/",
    "meeting": "{meeting}",
    "meeting-held": "{meeting}holding/",
    "promise": "{promise}",
    "interaction": "{interaction}",
    "search": "/search/?q=an",
    "search-nothing": "/search/?q=zzz",
    "imports": "/imports/",
    "import-new": "/imports/new/",
    "history": "/history/",
    "users": "/admin/users/",
    "user-new": "/admin/users/new/",
    "team": "{team}",
    "roles": "/admin/roles/",
    "firm": "/admin/firm/",
    "practice": "/practice/",
    "me": "/me/",
    "keys": "/me/keys/",
    "sign-out": "/accounts/logout/",
    "pattern": "/pattern/",
    "not-found": "/no-such-page/",
}


def address(page: str, known: dict[str, str]) -> str:
    """Where a page is in a firm that `steps.fill` has filled."""
    return PAGES[page].format(**known)
