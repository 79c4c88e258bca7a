from django.contrib import admin
from django.urls import path

from django_shop import views

urlpatterns = [
    path("healthz", views.healthz),
    path("orders", views.orders),
    path("orders/<int:number>", views.order),
    path("audit/orders", views.all_orders),
    path("token", views.token),
    path("admin/", admin.site.urls),
]
