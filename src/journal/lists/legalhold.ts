/** Tickets of which nothing may be erased or removed. */
import type { TicketList } from './list.ts';

export const legalhold: TicketList = ({ id, legalHold }) => (legalHold === true ? id : null);
