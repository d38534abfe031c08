"""Addresses of upgrades."""

from django.urls import path

from rapport.doors.operations.upgrades import views
from rapport.doors.operations.upgrades.rules import BACK, LOOK, REHEARSE, UPGRADE

app_name = "upgrades"
urlpatterns = [
    path("admin/care/upgrade/", views.upgrade, name="upgrade"),
    path("admin/care/upgrade/search/", views.ask, {"what": LOOK}, name="looking"),
    path("admin/care/upgrade/rehearsal/", views.ask, {"what": REHEARSE}, name="rehearsing"),
    path("admin/care/upgrade/switch/", views.ask, {"what": UPGRADE}, name="switching"),
    path("admin/care/upgrade/return/", views.ask, {"what": BACK}, name="returning"),
]
