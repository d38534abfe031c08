"""Files of what was said and noted: kept by what they hold, given to who may see it, swept when nothing needs them."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.customers.people.models import Party
from rapport.customers.timeline.models import Interaction, InteractionFile, LooseFile, Note, NoteFile
from rapport.customers.timeline.queries import story
from rapport.customers.timeline.rules.files import kept_name, media_type
from rapport.customers.timeline.services import (
    Said,
    Upload,
    WrongFile,
    attach,
    detach,
    path_of,
    record_interaction,
    sweep_files,
    write_note,
)
from rapport.foundation.accounts.services import set_grant
from rapport.foundation.kernel.ledger.services import undo
from rapport.foundation.kernel.records.rules import record_type
from rapport.foundation.kernel.records.services import NotAllowed, delete_record, may_undo
from tests.cast import AT, BACKEND, Cast, all_records, doing, person

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20


@pytest.fixture(autouse=True)
def own_files(tmp_path: Path, settings: Any) -> None:
    settings.FILES = tmp_path / "files"


def packed(*names: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return held.getvalue()


def upload(name: str, content: bytes = PDF) -> Upload:
    return Upload(name, io.BytesIO(content))


def lying() -> set[str]:
    """What lies in the home."""
    return {path.name for path in Path(settings.FILES).rglob("*") if path.is_file()}


HONEST = [
    ("quote.pdf", PDF, "application/pdf"),
    ("Quote.PDF", PDF, "application/pdf"),
    ("box.png", PNG, "image/png"),
    ("box.jpeg", b"\xff\xd8\xff\xe0JFIF", "image/jpeg"),
    ("box.webp", b"RIFF\x10\x00\x00\x00WEBPVP8 ", "image/webp"),
    ("list.csv", "Søren;12\n".encode(), "text/csv"),
    ("old.txt", "Søren".encode("latin-1"), "text/plain"),
]
LYING = [
    ("quote.pdf", b"MZ\x90\x00"),
    ("box.png", PDF),
    ("note.txt", PDF),
    ("note.txt", b"MZ\x90\x00\x03"),
    ("box.webp", b"RIFF\x10\x00\x00\x00WAVEfmt "),
    ("page.html", b"<script>alert(1)</script>"),
    ("picture.svg", b"<svg onload='x'/>"),
    ("run.exe", b"MZ\x90\x00"),
    ("", PDF),
]


@pytest.mark.parametrize(("name", "head", "media"), HONEST)
def test_it_is_known_by_what_it_holds(name: str, head: bytes, media: str) -> None:
    assert media_type(name, head) == media


@pytest.mark.parametrize(("name", "head"), LYING)
def test_it_is_not_known_where_its_name_lies(name: str, head: bytes) -> None:
    assert media_type(name, head) == ""


def test_an_office_document_is_known_by_what_is_packed_in_it() -> None:
    head = packed("x")
    assert media_type("a.docx", head, ["[Content_Types].xml", "word/document.xml"]).endswith(".document")
    assert media_type("a.xlsx", head, ["word/document.xml"]) == ""
    assert media_type("a.docx", head, []) == ""


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Berg\\quote.pdf", "quote.pdf"),
        ("a\x00b\u202egpj.pdf", "abgpj.pdf"),
        ("கடிதம்.pdf", "கடிதம்.pdf"),
        ("x" * 300 + ".pdf", "x" * 146 + ".pdf"),
        ("...", "file"),
    ],
)
def test_a_name_is_kept_without_its_path(name: str, kept: str) -> None:
    assert kept_name(name) == kept


@pytest.fixture
def berg(cast: Cast) -> Party:
    return person(cast.actor("ana"), "Mrs Berg", owner=cast.ana)


@pytest.fixture
def said(cast: Cast, berg: Party) -> Interaction:
    return record_interaction([berg], Said("wants a price", AT), **doing(cast.actor("ana"))).record


def test_it_is_recorded_with_what_was_said_and_both_are_taken_back_as_one(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    files = [upload("quote.pdf"), upload("plan.docx", packed("[Content_Types].xml", "word/document.xml"))]
    written = record_interaction([berg], Said("sent both", AT), files=files, **doing(ana))
    found = list(InteractionFile.objects.order_by("pk"))
    assert [(one.name, one.size, one.owner_id) for one in found] == [
        ("quote.pdf", len(PDF), cast.ana.pk), ("plan.docx", found[1].size, cast.ana.pk),
    ]  # fmt: skip
    assert path_of(found[0].stored).read_bytes() == PDF
    assert [one.name for one in story(berg, ana).lines[0].files] == ["quote.pdf", "plan.docx"]
    assert not LooseFile.objects.exists()
    undo(written.act or 0, **doing(ana))
    assert not InteractionFile.objects.exists()
    assert len(lying()) == 2


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("quote.pdf", b"MZ\x90\x00", "does not hold what its name says"),
        ("run.exe", b"MZ\x90\x00", "of a kind that is not kept"),
        ("empty.pdf", b"", "is empty"),
    ],
)
def test_one_that_lies_is_refused_and_nothing_is_left(
    cast: Cast, berg: Party, name: str, content: bytes, says: str
) -> None:
    standing = all_records()
    files = [upload("good.pdf"), upload(name, content)]
    with pytest.raises(WrongFile, match=says):
        record_interaction([berg], Said("x", AT), files=files, **doing(cast.actor("ana")))
    assert all_records() == standing
    assert lying() == set()
    assert not LooseFile.objects.exists()


def test_one_that_is_too_large_is_refused(
    cast: Cast, said: Interaction, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rapport.customers.timeline.services.attaching.LARGEST", len(PDF) - 1)
    with pytest.raises(WrongFile, match="larger than"):
        attach(said, [upload("quote.pdf")], **doing(cast.actor("ana")))
    assert lying() == set()


def test_one_whose_it_is_not_attaches_and_removes_nothing(cast: Cast, said: Interaction) -> None:
    attach(said, [upload("quote.pdf")], **doing(cast.actor("ana")))
    for who in ("tomas", "gita", "arvo"):
        with pytest.raises(NotAllowed):
            attach(said, [upload("more.pdf")], **doing(cast.actor(who)))
        with pytest.raises(NotAllowed):
            detach(InteractionFile.objects.get(), **doing(cast.actor(who)))
    assert len(lying()) == 1


def test_what_is_removed_lies_there_until_it_can_no_longer_be_undone(cast: Cast, said: Interaction) -> None:
    ana = cast.actor("ana")
    attach(said, [upload("quote.pdf")], **doing(ana))
    file = InteractionFile.objects.get()
    removed = detach(file, **doing(ana))
    assert sweep_files(AT + timedelta(days=29)) == 0
    assert may_undo(removed, ana)
    assert not may_undo(removed, cast.actor("tomas"))
    undo(removed, **doing(ana))
    assert InteractionFile.objects.get().stored == file.stored
    assert not LooseFile.objects.exists()
    assert sweep_files(AT + timedelta(days=31)) == 0

    detach(InteractionFile.objects.get(), **doing(ana))
    assert sweep_files(AT + timedelta(days=31)) == 1
    assert sweep_files(AT + timedelta(days=31)) == 0
    assert lying() == set()


def test_the_files_of_a_deleted_person_go_along_and_come_back(
    cast: Cast, said: Interaction, berg: Party
) -> None:
    ana = cast.actor("ana")
    attach(said, [upload("quote.pdf")], **doing(ana))
    standing = all_records()
    act = delete_record(record_type("people"), berg, **doing(ana))
    assert LooseFile.objects.count() == 1
    undo(act, **doing(ana))
    assert all_records() == standing
    assert not LooseFile.objects.exists()


def client_of(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, who), backend=BACKEND)
    return client


def test_it_comes_by_the_plain_form_and_goes_out_as_an_attachment_that_can_do_nothing(
    cast: Cast, berg: Party
) -> None:
    ana = client_of(cast, "ana")
    sent = {"words": "Her letter", "attached": SimpleUploadedFile("letter.pdf", PDF, "text/html")}
    assert b"multipart/form-data" in ana.get(f"/parties/{berg.pk}/noting/").content
    assert ana.post(f"/parties/{berg.pk}/noting/", sent).status_code == 303
    file = NoteFile.objects.get()
    answer = ana.get(f"/files/notes/{file.pk}/")
    assert answer.getvalue() == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="letter.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert b"letter.pdf" in ana.get(f"/people/{berg.pk}/").content
    assert b"letter.pdf" in ana.get(f"/notes/{file.note_id}/").content
    removed = ana.post(f"/files/notes/{file.pk}/removal/")
    assert (removed.status_code, removed["Location"]) == (303, f"/notes/{file.note_id}/")
    assert ana.get(f"/files/notes/{file.pk}/").status_code == 404


def test_a_form_with_a_file_that_lies_keeps_what_was_typed(cast: Cast, berg: Party) -> None:
    ana = client_of(cast, "ana")
    said = {
        "channel": "phone",
        "direction": "ours",
        "at": "2026-11-19T10:00",
        "words": "A long story",
        "whose": "ours",
    }
    for path, sent in (("saying", said), ("noting", {"words": "A long story"})):
        wrong = {**sent, "attached": SimpleUploadedFile("letter.pdf", b"MZ\x90\x00")}
        answer = ana.post(f"/parties/{berg.pk}/{path}/", wrong)
        assert answer.status_code == 422
        assert "does not hold what its name says" in answer.content.decode()
        assert "A long story" in answer.content.decode()
    assert not Interaction.objects.exists()
    assert not Note.objects.exists()
    assert lying() == set()


def test_more_files_are_attached_later(cast: Cast, said: Interaction) -> None:
    ana = client_of(cast, "ana")
    path = f"/attaching/interactions/{said.pk}/"
    assert ana.get(path).status_code == 200
    assert ana.post(path, {}).status_code == 422
    two = [SimpleUploadedFile(name, PNG) for name in ("one.png", "two.png")]
    assert ana.post(path, {"attached": two}).status_code == 303
    assert InteractionFile.objects.count() == 2
    assert ana.post(path, {"attached": SimpleUploadedFile("x.png", PDF)}).status_code == 422
    assert client_of(cast, "tomas").post(path, {"attached": two[0]}).status_code == 403
    assert ana.get(f"/attaching/people/{said.pk}/").status_code == 404


def test_a_file_of_what_one_may_not_see_is_like_one_that_never_was(cast: Cast, berg: Party) -> None:
    ana = cast.actor("ana")
    secret = write_note(berg, "hers", is_private=True, files=[upload("divorce.pdf")], **doing(ana))
    file = NoteFile.objects.get(note=secret.record)
    for who in ("mira", "tomas", "dace", "arvo"):
        client = client_of(cast, who)
        assert client.get(f"/files/notes/{file.pk}/").status_code == 404
        assert client.post(f"/files/notes/{file.pk}/removal/").status_code == 404
        assert client.get(f"/attaching/notes/{secret.record.pk}/").status_code == 404
        assert b"divorce" not in client.get(f"/people/{berg.pk}/").content
    set_grant(cast.tomas.role, "people", "see", "own", **doing(cast.actor("dace")))
    said = record_interaction([berg], Said("x", AT), files=[upload("a.pdf")], **doing(ana)).record
    path = f"/files/interactions/{InteractionFile.objects.get(interaction=said).pk}/"
    assert client_of(cast, "ana").get(path).status_code == 200
    assert client_of(cast, "tomas").get(path).status_code == 404
    assert Client().get(path).status_code == 302
    assert client_of(cast, "ana").get("/files/people/1/").status_code == 404
