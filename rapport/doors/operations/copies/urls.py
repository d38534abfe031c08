"""Addresses of backups."""

from django.urls import path

from rapport.doors.operations.copies import views

app_name = "copies"
urlpatterns = [
    path("admin/care/backup/", views.backup, name="backup"),
]
