/** `npm run bench:postgres-search`: the search of `npm run bench:postgres` alone. */
import { search } from './postgres/search.ts';

await search();
