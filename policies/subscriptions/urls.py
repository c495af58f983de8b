"""Mounted at /follow/."""

from django.urls import path

from policies.subscriptions import views

urlpatterns = [
    path("", views.follow, name="follow"),
    path("asked/", views.asked, name="follow_asked"),
    path("stopped/", views.stopped, name="follow_stopped"),
    path("confirm/<str:token>/", views.confirm, name="follow_confirm"),
    path("manage/<str:token>/", views.manage, name="follow_manage"),
    path("stop/<str:token>/", views.stop, name="follow_stop"),
]
