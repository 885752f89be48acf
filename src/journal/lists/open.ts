/** Tickets that are not resolved. */
import type { TicketList } from './list.ts';

export const open: TicketList = ({ id, status }) => (status === 'resolved' ? null : id);
