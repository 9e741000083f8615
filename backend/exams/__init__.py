"""Exams as they were published: layered calendars, what each area and site decides, where and when things happen."""
