"""What the administration of the DSU looks after, on one page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gup.desk.mailbox import letters_are_files
from gup.desk.people import the_administrator


@login_required
def administration(request: HttpRequest) -> HttpResponse:
    the_administrator(request)
    return render(request, "desk/administration.html", {"letters_are_files": letters_are_files()})
