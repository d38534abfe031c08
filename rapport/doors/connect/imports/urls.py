"""Addresses of the import wizard."""

from django.urls import path

from rapport.doors.connect.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.imports, name="list"),
    path("new/", views.new, name="new"),
    path("<int:key>/", views.one, name="one"),
    path("<int:key>/columns/", views.columns, name="columns"),
    path("<int:key>/reading/", views.reading, name="reading"),
    path("<int:key>/bringing/", views.bringing, name="bringing"),
    path("<int:key>/correcting/", views.correcting, name="correcting"),
    path("<int:key>/choosing/", views.choosing, name="choosing"),
    path("<int:key>/discarding/", views.discarding, name="discarding"),
    path("<int:key>/rejected.csv", views.rejected, name="rejected"),
]
