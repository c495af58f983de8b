"""Mounted at /feedback/."""

from django.urls import path

from policies.feedback import views

urlpatterns = [
    path("", views.answer, name="feedback"),
    path("reason/<str:token>/", views.reason, name="feedback_reason"),
    path("problem/", views.problem, name="feedback_problem"),
    path("sent/", views.sent, name="feedback_sent"),
]
