/** Lists that the program does not have, as somebody would add them. */
import type { Edit, List, TicketList } from '../../../src/journal/lists/list.ts';
import type { TicketId } from '../../../src/ticket/ticket.ts';

interface Tag {
  readonly tag: string;
  readonly ticket: TicketId;
}

/** Which ticket got a tag last. */
export const tags: List<Tag> = ({ changes }) =>
  changes.flatMap((change): readonly Edit<Tag>[] => {
    if (change.type !== 'ticket.tagged') return [];
    const { ticket, added, removed } = change;
    return [
      ...added.map((tag) => ({ type: 'put', key: tag, row: { tag, ticket } }) as const),
      ...removed.map((tag) => {
        const after = (before: Tag | null) => (before?.ticket === ticket ? null : before);
        return { type: 'change', key: tag, after } as const;
      }),
    ];
  });

export const assigned: TicketList = ({ id, assignee }) => (assignee === null ? null : id);
