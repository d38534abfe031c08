"""Addresses of care."""

from django.urls import path

from rapport.doors.operations.health import views

app_name = "health"
urlpatterns = [
    path("admin/care/", views.care, name="care"),
    path("metrics/", views.metrics, name="metrics"),
    path("admin/care/mail/", views.mail, name="mail"),
    path("admin/care/mail/trial/", views.mail_trial, name="mail-trial"),
    path("admin/care/parked/trying/", views.trying, name="trying"),
]
