"""Mutation: does any test notice when the device is changed by a little?"""
