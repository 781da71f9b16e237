import { DatabaseSync } from "node:sqlite";

// A program of somebody else: it runs SQL on the file that its command line names, and prints what a query gives then.
const [, , file = "", statements = "", query = ""] = process.argv;
const db = new DatabaseSync(file);
db.exec(statements);
process.stdout.write(JSON.stringify(db.prepare(query).all()));
db.close();
