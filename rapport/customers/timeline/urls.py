"""Addresses of the timeline."""

from django.urls import path

from rapport.customers.timeline import views

app_name = "timeline"
urlpatterns = [
    path("", views.today, name="today"),
    path("parties/<int:key>/saying/", views.saying, name="saying"),
    path("parties/<int:key>/promising/", views.promising, name="promising"),
    path("parties/<int:key>/noting/", views.noting, name="noting"),
    path("promises/<int:key>/closure/", views.closing, name="closing"),
]
