"""Addresses of backups and places."""

from django.urls import path

from rapport.doors.operations.copies import views

app_name = "copies"
urlpatterns = [
    path("admin/care/backup/", views.backup, name="backup"),
    path("admin/care/backups/<str:name>/taking/", views.taking, name="taking"),
    path("admin/care/mending/", views.mending, name="mending"),
    path("admin/care/places/new/", views.new_place, name="new-place"),
    path("admin/care/places/<int:key>/trial/", views.trial, name="trying-place"),
    path("admin/care/places/<int:key>/pause/", views.pause, name="pausing-place"),
    path("admin/care/places/<int:key>/resumption/", views.resumption, name="resuming-place"),
    path("admin/care/places/<int:key>/removal/", views.removal, name="removing-place"),
]
