/** Why an answer settles nothing: the message of an outcome in doubt. None holds candidate text. */
export const doubt = Object.freeze({
  owned: (id: string) => `Feishu answered its create with ${id}, which another record owns.`,
  otherApplication: (id: string, application: string) =>
    `Feishu answered its create with ${id}, which belongs to application ${application}.`,
  another: (id: string) => `Feishu answered its create with ${id}, which has another content altogether.`,
  otherId: (id: string, asked: string) =>
    `Feishu answered the update of ${asked} with another object (${id}).`,
  empty: (id: string) => `Feishu's answer names ${id} and shows nothing of it.`,
  wasThere: (id: string) => `Feishu's answer names ${id}, which was there before the create was sent.`,
  notSeen: (id: string) => `Feishu's answer names ${id}, which is not to be seen there yet.`,
  rival: (id: string) => `Feishu's answer shows ${id} with the content of another open create.`,
  notAsked:
    'Feishu refused it, and its application could not be read to see whether it was written all the same.',
});
