"""What phones of the field app say: everything by PUT under a name that the phone draws, and may say again."""
