"""The first page of the back office: figures of the day and of the last thirty, across the rooms."""
