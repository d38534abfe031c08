"""Addresses of the shell itself."""

from django.urls import path

from rapport.foundation.ui.views import shell

app_name = "ui"
urlpatterns = [
    path("preferences/", shell.preferences, name="preferences"),
    path("pattern/", shell.pattern, name="pattern"),
]
