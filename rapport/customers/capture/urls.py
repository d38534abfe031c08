"""Addresses of the capture line."""

from django.urls import path

from rapport.customers.capture import views

app_name = "capture"
urlpatterns = [
    path("capture/", views.capture, name="capture"),
    path("signature/", views.card, name="card"),
    path("capture/reading/", views.reading, name="reading"),
]
