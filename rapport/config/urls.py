"""Every address of Rapport, composed here and nowhere else."""

from django.urls import include, path

urlpatterns = [
    path("", include("rapport.foundation.ui.urls")),
    path("accounts/", include("allauth.account.urls")),
]
