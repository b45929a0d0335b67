// What an answer says: once, or once for each question where a message held several.

/** [{question, status, verdict, message, statements}]; question is null where the message held one. */
export function partsOf(answer) {
  const parts = answer.parts ?? [];
  if (parts.length === 0) return [{ ...answer, question: null }];
  return parts.map((part) => ({ ...part, statements: part.statements.map((index) => answer.statements[index]) }));
}
