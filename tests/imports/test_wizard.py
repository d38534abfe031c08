"""The wizard: every page by hand, without JavaScript, as its importer, a colleague and a guest meet it."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from rapport.customers.people.models import Party
from rapport.doors.connect.imports import services
from rapport.doors.connect.imports.models import Import
from rapport.foundation.kernel.actors.models import User
from rapport.foundation.kernel.clock.rules import now
from tests.imports.firm import colleague, counts, everything, stored_files

TABLE = "Kontaktperson;E-post;Tlf.;Noter;Felt\nMai-Britt Øst;mai@havnen.example;33 14 09 22;Hund: Bøf;=1+1\n;;;;x\n"


@pytest.fixture
def signed_in(ana: User) -> Client:
    client = Client()
    client.force_login(ana, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def upload(client: Client, content: str | bytes, name: str = "kunder.csv") -> Any:
    data = content.encode() if isinstance(content, str) else content
    return client.post("/imports/new/", {"file": SimpleUploadedFile(name, data)})


def chosen(client: Client, key: int) -> dict[str, str]:
    """The form of the columns as the browser would send it."""
    form = client.get(f"/imports/{key}/columns/").context["form"]
    return {name: field.initial for name, field in form.fields.items()}


def test_it_leads_from_the_file_to_the_people_and_back(signed_in: Client) -> None:
    assert "No file has been brought in yet" in signed_in.get("/imports/").content.decode()
    assert signed_in.get("/imports/new/").status_code == 200
    answer = upload(signed_in, TABLE)
    one = Import.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/imports/{one.pk}/columns/")
    before = everything()
    page = signed_in.get(f"/imports/{one.pk}/columns/").content.decode()
    assert all(
        word in page for word in ("Kontaktperson", "mai@havnen.example", "Certain", "Full name", "Semicolon")
    )
    answer = signed_in.post(f"/imports/{one.pk}/columns/", chosen(signed_in, one.pk))
    assert answer["Location"] == f"/imports/{one.pk}/"
    page = signed_in.get(f"/imports/{one.pk}/").content.decode()
    assert "Nothing is written yet" in page and "The row has no name" in page
    assert everything() == before
    answer = signed_in.post(f"/imports/{one.pk}/bringing/")
    assert answer.status_code == 303
    page = signed_in.get(f"/imports/{one.pk}/").content.decode()
    assert "http-equiv" in page and "It is being brought in" in page
    while services.continue_imports(now()):
        pass
    page = signed_in.get(f"/imports/{one.pk}/").content.decode()
    assert "http-equiv" not in page and "Undo the import" in page
    assert counts(one) == (2, 1, 0, 0, 0, 1)
    assert Party.objects.get().name == "Mai-Britt Øst"
    one.refresh_from_db()
    assert signed_in.post(f"/acts/{one.long_act}/undoing/").status_code == 303
    assert everything() == before
    assert "It was taken back" in signed_in.get(f"/imports/{one.pk}/").content.decode()
    assert "Taken back" in signed_in.get("/imports/").content.decode()


def test_it_gives_the_rejected_rows_without_formulas(signed_in: Client) -> None:
    upload(signed_in, "Name;Email;X\n;;=1+1\n;;-2\nAna;ana@acme.example;\n")
    one = Import.objects.get()
    signed_in.post(f"/imports/{one.pk}/columns/", chosen(signed_in, one.pk))
    answer: Any = signed_in.get(f"/imports/{one.pk}/rejected.csv")
    text = b"".join(answer.streaming_content).decode()
    reason = "The row has no name, organisation, e-mail or phone."
    assert text == f'\ufeffName,Email,X,Line,Reason\r\n,,\'=1+1,2,"{reason}"\r\n,,\'-2,3,"{reason}"\r\n'


def test_it_refuses_a_file_without_contacts_and_keeps_nothing(signed_in: Client) -> None:
    answer = upload(signed_in, b"PK\x03\x04", "kunder.xlsx")
    assert answer.status_code == 422
    assert "Save the sheet as CSV" in answer.content.decode()
    assert signed_in.post("/imports/new/", {}).status_code == 422
    assert (Import.objects.count(), stored_files()) == (0, 0)


def test_it_lets_a_column_go_elsewhere(signed_in: Client) -> None:
    upload(signed_in, TABLE)
    one = Import.objects.get()
    places = chosen(signed_in, one.pk) | {"column-3": "job_title|0|", "column-4": "ignore|0|"}
    signed_in.post(f"/imports/{one.pk}/columns/", places)
    signed_in.post(f"/imports/{one.pk}/bringing/")
    while services.continue_imports(now()):
        pass
    assert (Party.objects.get().job_title, Party.objects.get().custom) == ("Hund: Bøf", {})


def test_it_refuses_columns_of_which_nobody_can_be_made(signed_in: Client) -> None:
    upload(signed_in, TABLE)
    one = Import.objects.get()
    places = dict.fromkeys(chosen(signed_in, one.pk), "ignore|0|")
    answer = signed_in.post(f"/imports/{one.pk}/columns/", places)
    assert answer.status_code == 422
    assert "Give at least one column" in answer.content.decode()
    assert signed_in.post(f"/imports/{one.pk}/columns/", {"column-0": "nonsense|0|"}).status_code == 422


def test_it_reads_the_file_again_in_other_letters(signed_in: Client) -> None:
    upload(signed_in, "Name;City\nJānis;Rīga\nAna;Aarhus\n".encode("cp1257"))
    one = Import.objects.get()
    reading = {"holds": "parties", "encoding": "cp1257", "delimiter": ";"}
    signed_in.post(f"/imports/{one.pk}/reading/", reading)
    assert "Jānis" in signed_in.get(f"/imports/{one.pk}/columns/").content.decode()
    one.refresh_from_db()
    assert (one.dialect["header_line"], one.dialect["columns"]) == (1, ["Name", "City"])


def test_it_takes_cards_without_asking_for_columns(signed_in: Client) -> None:
    upload(signed_in, "BEGIN:VCARD\nVERSION:3.0\nFN:Ana Ozola\nTEL:+45 32 12 34 56\nEND:VCARD\n", "ana.vcf")
    page = signed_in.get(f"/imports/{Import.objects.get().pk}/").content.decode()
    assert "Nothing is written yet" in page and "Ana Ozola" in page


def test_it_forgets_a_file_that_was_not_brought_in(signed_in: Client) -> None:
    upload(signed_in, TABLE)
    signed_in.post(f"/imports/{Import.objects.get().pk}/discarding/")
    assert (Import.objects.count(), stored_files()) == (0, 0)


def test_it_is_seen_by_its_importer_and_administrators_alone(signed_in: Client, bo: User) -> None:
    other = as_user(colleague("cy@firm.example", "Cy Seller", "member"))
    upload(as_user(bo), TABLE)
    key = Import.objects.get().pk
    assert signed_in.get(f"/imports/{key}/columns/").status_code == 200
    for path in ("", "columns/", "rejected.csv"):
        assert other.get(f"/imports/{key}/{path}").status_code == 404
    for path in ("columns/", "reading/", "bringing/", "discarding/"):
        assert other.post(f"/imports/{key}/{path}").status_code == 404
    assert "kunder" not in other.get("/imports/").content.decode()


def test_it_is_closed_to_a_guest(ana: User) -> None:
    guest = as_user(colleague("gia@firm.example", "Gia", "guest"))
    assert guest.get("/imports/").status_code == 403
    assert upload(guest, TABLE).status_code == 403
    assert (Import.objects.count(), stored_files()) == (0, 0)


CALLS = "Date,Customer,Channel,Notes,Amount\n03/04/2024,Ana Ozola,Phone,Wants a quote,120\n,Bo Holm,Phone,,\n"


def test_it_leads_from_what_happened_to_the_story_and_back(signed_in: Client) -> None:
    upload(signed_in, CALLS, "calls.csv")
    one = Import.objects.get()
    before = everything()
    page = signed_in.get(f"/imports/{one.pk}/columns/").content.decode()
    assert all(
        word in page for word in ("Which first?", "When, the day first", "Kept in the words", "not here yet")
    )
    signed_in.post(
        f"/imports/{one.pk}/columns/", chosen(signed_in, one.pk) | {"column-0": "when|0|month first"}
    )
    page = signed_in.get(f"/imports/{one.pk}/").content.decode()
    assert "Nothing is written yet" in page and "The row does not say when" in page
    signed_in.post(f"/imports/{one.pk}/bringing/")
    while services.continue_imports(now()):
        pass
    assert counts(one) == (2, 1, 0, 0, 0, 1)
    story = signed_in.get(f"/people/{Party.objects.get().pk}/").content.decode()
    assert "Wants a quote" in story and "Amount: 120" in story and "4 Mar 2024" in story
    one.refresh_from_db()
    assert signed_in.post(f"/acts/{one.long_act}/undoing/").status_code == 303
    assert everything() == before


def test_it_lets_a_table_tell_the_other_thing(signed_in: Client) -> None:
    upload(signed_in, CALLS, "calls.csv")
    one = Import.objects.get()
    assert one.holds == "history"
    reading = {"encoding": "utf-8", "delimiter": ","}
    signed_in.post(f"/imports/{one.pk}/reading/", reading | {"holds": "parties"})
    assert "Full name" in signed_in.get(f"/imports/{one.pk}/columns/").content.decode()
    signed_in.post(f"/imports/{one.pk}/reading/", reading | {"holds": "history"})
    places = chosen(signed_in, one.pk)
    assert places["column-0"] == "when|0|day first"
    answer = signed_in.post(f"/imports/{one.pk}/columns/", places | {"column-0": "detail|0|"})
    assert answer.status_code == 422
    assert "Give one column to the day" in answer.content.decode()
    signed_in.post(f"/imports/{one.pk}/columns/", {**places, "adds_unknown": ""})
    assert counts(one) == (2, 0, 0, 0, 0, 2)


def in_doubt(client: Client) -> Import:
    upload(client, "Name,Email\nAna Ozola,info@acme.example\n", "known.csv")
    known = Import.objects.get()
    client.post(f"/imports/{known.pk}/columns/", chosen(client, known.pk))
    client.post(f"/imports/{known.pk}/bringing/")
    while services.continue_imports(now()):
        pass
    upload(client, "Name,Email,Job title\nCid,info@acme.example,Buyer\nBo,bo@acme.example,\n", "more.csv")
    one = Import.objects.latest("pk")
    client.post(f"/imports/{one.pk}/columns/", chosen(client, one.pk))
    return one


def brought(client: Client, one: Import) -> None:
    client.post(f"/imports/{one.pk}/bringing/")
    while services.continue_imports(now()):
        pass


def test_it_lets_one_say_that_a_row_in_doubt_means_whom_is_known(signed_in: Client) -> None:
    one = in_doubt(signed_in)
    before = everything()
    page = signed_in.get(f"/imports/{one.pk}/").content.decode()
    assert all(word in page for word in ("The same person?", "Ana Ozola", "Cid, info@acme.example, Buyer"))
    answer = signed_in.post(f"/imports/{one.pk}/choosing/", {"line": "2", "is_same": "yes"})
    assert (answer.status_code, answer["Location"]) == (303, f"/imports/{one.pk}/#row-2")
    assert (counts(one), everything()) == ((2, 1, 1, 0, 0, 0), before)
    brought(signed_in, one)
    assert counts(one) == (2, 1, 1, 0, 0, 0)
    assert sorted(Party.objects.values_list("name", "job_title")) == [("Ana Ozola", "Buyer"), ("Bo", "")]
    one.refresh_from_db()
    signed_in.post(f"/acts/{one.long_act}/undoing/")
    assert everything() == before


def test_it_takes_a_row_in_doubt_for_another_unless_told(signed_in: Client) -> None:
    one = in_doubt(signed_in)
    for choice in ("yes", "no"):
        signed_in.post(f"/imports/{one.pk}/choosing/", {"line": "2", "is_same": choice})
    assert counts(one) == (2, 2, 0, 0, 0, 0)
    brought(signed_in, one)
    assert sorted(Party.objects.values_list("name", flat=True)) == ["Ana Ozola", "Bo", "Cid"]


def test_it_refuses_a_choice_where_there_is_none(signed_in: Client, bo: User) -> None:
    one = in_doubt(signed_in)
    rows = list(one.rows.order_by("line").values())
    for line in ("3", "99", "x", ""):
        signed_in.post(f"/imports/{one.pk}/choosing/", {"line": line, "is_same": "yes"})
    assert (
        as_user(bo).post(f"/imports/{one.pk}/choosing/", {"line": "2", "is_same": "yes"}).status_code == 404
    )
    assert list(one.rows.order_by("line").values()) == rows
    brought(signed_in, one)
    signed_in.post(f"/imports/{one.pk}/choosing/", {"line": "2", "is_same": "yes"})
    assert counts(one) == (2, 2, 0, 0, 0, 0)
