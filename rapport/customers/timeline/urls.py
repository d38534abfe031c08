"""Addresses of the timeline."""

from django.urls import path

from rapport.customers.timeline import views

app_name = "timeline"
urlpatterns = [
    path("", views.today, name="today"),
    path("week/", views.week, name="week"),
    path("calls/", views.calls, name="calls"),
    path("parties/<int:key>/saying/", views.saying, name="saying"),
    path("parties/<int:key>/promising/", views.promising, name="promising"),
    path("parties/<int:key>/noting/", views.noting, name="noting"),
    path("parties/<int:key>/planning/", views.planning, name="planning"),
    path("meetings/<int:key>/holding/", views.holding, name="holding"),
    path("meetings/<int:key>/moving/", views.moving_meeting, name="moving-meeting"),
    path("meetings/<int:key>/missing/", views.missing, name="missing"),
    path("parties/<int:key>/letting-be/", views.letting_be, name="letting-be"),
    path("interactions/<int:key>/joining/", views.joining, name="joining"),
    path("interactions/<int:key>/pinning/", views.pinning, name="pinning"),
    path("pins/<int:key>/unpinning/", views.unpinning, name="unpinning"),
    path("participants/<int:key>/leaving/", views.leaving, name="leaving"),
    path("mentions/<int:key>/noticing/", views.noticing, name="noticing"),
    path("reminders/", views.reminders, name="reminders"),
    path("reminders/count/", views.reminders_count, name="reminders-count"),
    path("reminders/emptying/", views.emptying, name="emptying"),
    path("reminders/wishing/", views.wishing, name="wishing"),
    path("reminding/<slug:of>/<int:key>/", views.reminding, name="reminding"),
    path("reminding/<slug:of>/<int:key>/snoozing/", views.snoozing, name="snoozing"),
    path("reminding/<slug:of>/<int:key>/finishing/", views.finishing, name="finishing"),
    path("attaching/<slug:of>/<int:key>/", views.attaching, name="attaching"),
    path("files/<slug:of>/<int:key>/", views.file, name="file"),
    path("files/<slug:of>/<int:key>/removal/", views.detaching, name="detaching"),
    path("promises/<int:key>/closure/", views.closing, name="closing"),
    path("promises/<int:key>/moving/", views.moving, name="moving"),
    path("promises/<int:key>/handing-over/", views.handing_over, name="handing-over"),
    path("promises/<int:key>/taking/", views.taking, name="taking"),
]
