"""Addresses of accounts."""

from django.urls import path

from rapport.foundation.accounts import views

app_name = "accounts"
urlpatterns = [
    path("first-run/<str:code>/", views.first_run, name="first-run"),
    path("me/", views.myself, name="myself"),
    path("me/keys/", views.keys, name="keys"),
    path("me/password/", views.password, name="password"),
    path("me/sessions/ending/", views.sign_out_everywhere, name="ending"),
    path("admin/firm/", views.firm, name="firm"),
    path("admin/users/", views.users, name="users"),
    path("admin/users/new/", views.new_user, name="new-user"),
    path("admin/users/<int:key>/", views.edit_user, name="user"),
    path("admin/teams/", views.new_team, name="new-team"),
    path("admin/teams/<int:key>/", views.team, name="team"),
    path("admin/roles/", views.roles, name="roles"),
]
