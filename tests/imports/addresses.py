"""All addresses, the wizard's among them."""

from django.urls import include, path

from rapport.config.urls import handler500
from rapport.config.urls import urlpatterns as all_of_them

__all__ = ["handler500", "urlpatterns"]
urlpatterns = [*all_of_them, path("imports/", include("rapport.doors.connect.imports.urls"))]
