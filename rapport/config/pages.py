"""Two pages of the installation itself: that it is alive, and where its source is."""

import io
import tarfile

from django.conf import settings
from django.db import connection
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect


def alive(request: HttpRequest) -> HttpResponse:
    """Answer when the server and its database do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("alive\n", content_type="text/plain")


def source(request: HttpRequest) -> HttpResponse | FileResponse:
    """The source of this program as it runs here, as its licence asks; or where the setting says it is."""
    if settings.SOURCE_URL != "/source/":
        return HttpResponseRedirect(settings.SOURCE_URL)
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        archive.add(settings.PACKAGE, arcname="rapport", filter=_without_caches)
    packed.seek(0)
    return FileResponse(packed, as_attachment=True, filename="rapport-source.tar.gz")


def _without_caches(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    if "__pycache__" in member.name:
        return None
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member
