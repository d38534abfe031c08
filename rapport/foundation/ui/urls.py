"""Addresses of the shell itself."""

from django.urls import path

from rapport.foundation.ui import views

app_name = "ui"
urlpatterns = [
    path("preferences/", views.preferences, name="preferences"),
    path("pattern/", views.pattern, name="pattern"),
]
