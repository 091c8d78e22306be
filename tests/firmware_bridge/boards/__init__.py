"""Boards and chips: real drivers and libraries over strict fakes, register by register."""
