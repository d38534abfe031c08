"""Every address of Rapport, composed here and nowhere else."""

from allauth.account import views as allauth_views
from django.urls import include, path

from rapport.config.pages import alive, source

handler500 = "rapport.foundation.ui.views.shell.server_error"

urlpatterns = [
    path("", include("rapport.foundation.ui.urls")),
    path("", include("rapport.foundation.accounts.urls")),
    path("accounts/login/", allauth_views.login, name="account_login"),
    path("accounts/logout/", allauth_views.logout, name="account_logout"),
    path("alive/", alive, name="alive"),
    path("source/", source, name="source"),
    path("", include("rapport.customers.timeline.urls")),
    path("", include("rapport.customers.capture.urls")),
    path("", include("rapport.steering.adoption.urls")),
    path("", include("rapport.doors.operations.health.urls")),
    path("", include("rapport.doors.operations.copies.urls")),
    path("", include("rapport.doors.operations.upgrades.urls")),
    path("imports/", include("rapport.doors.connect.imports.urls")),
    path("", include("rapport.foundation.ui.record_urls")),
]
