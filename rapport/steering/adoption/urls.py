"""Addresses of the practice company."""

from django.urls import path

from rapport.steering.adoption import views

app_name = "adoption"
urlpatterns = [
    path("practice/", views.practice, name="practice"),
    path("practice/removal/", views.removal, name="removal"),
]
