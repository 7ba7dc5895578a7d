"""The reviewer's room: fraud signs and the audit log."""
