"""Our own violations, each with its reason. This list only shrinks: one that is no longer needed fails the test."""

# (rule, path from the root): why
EXEMPTIONS: dict[tuple[str, str], str] = {
    ("there are no signals", "rapport/foundation/kernel/ledger/apps.py"): (
        "the guard is put on each connection as it opens, kinds are numbered at migrate: Django has no other hook"
    ),
    ("nothing below views knows the web", "rapport/foundation/ui/queries.py"): (
        "ui draws pages: what it answers is what a page shows, addresses included"
    ),
    ("nothing below views knows the web", "rapport/foundation/kernel/records/rules.py"): (
        "a record type is declared over its table: it names the model and its queryset"
    ),
}

# Where text may be declared safe HTML. Each is small, escapes what it is given, and is read with that in mind.
MAY_MARK_SAFE: dict[str, str] = {
    "rapport/foundation/ui/templatetags/ui.py": "inlines icons from a package and draws the small parts of every row",
    "rapport/foundation/ui/templatetags/cells.py": "draws the rows of lists, escaping each value where it enters",
    "rapport/foundation/ui/templatetags/frame.py": "keeps what a template drew; what is put into it is escaped there",
    "rapport/customers/timeline/templatetags/moments.py": "draws a story, escaping each value where it enters",
}
