// What an answer tells of itself: what it says, once or for each of several questions, and what it was asked.

/** [{question, status, verdict, message, statements, conditions?}]; question is null where the message held one. */
export function partsOf(answer) {
  const parts = answer.parts ?? [];
  if (parts.length === 0) return [{ ...answer, question: null }];
  return parts.map((part) => {
    const statements = part.statements.map((index) => answer.statements[index]);
    const cited = new Set(statements.flatMap(({ citations }) => citations));
    const conditions = part.verdict ? (answer.conditions ?? []).filter(({ citations }) => citations.some((number) => cited.has(number))) : [];
    return { ...part, statements, conditions };
  });
}

/** The message that tells the verdict: with conditions it is another than without. */
export function verdictKey(part) {
  return (part.conditions ?? []).length > 0 ? `${part.verdict}_if` : part.verdict;
}

/** Whether personal data was removed from the question: then the page repeats it nowhere else. */
export function hadPersonalData(answer) {
  return answer.notices.some((notice) => notice.code === "personal_data_removed");
}
