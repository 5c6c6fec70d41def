"""Flows in the form of the systems that send them: always drafts, never sent anywhere from here."""

from segkit.strategy.exports.export import Binding, Export
from segkit.strategy.exports.files import export_files
from segkit.strategy.exports.vendors import VENDORS, export_flows

__all__ = ["VENDORS", "Binding", "Export", "export_files", "export_flows"]
