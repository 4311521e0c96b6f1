// H5P: one word of several for each question; goes on where the learner was, and reports points once all are answered.
window.EcomNet = window.EcomNet || {};
window.EcomNet.OneWord = class extends H5P.EventDispatcher {
  constructor({ questions }, contentId, { previousState = {} } = {}) {
    super();
    this.contentId = contentId;
    this.questions = questions;
    this.chosen = previousState.chosen || [];
  }

  attach($container) {
    this.stage = $container.get(0);
    this.stage.classList.add("one-word");
    this.show();
  }

  show() {
    const question = this.questions[this.chosen.length];
    const title = document.createElement("p");
    title.textContent = question ? question.asked : `答对 ${this.points()} 题，共 ${this.questions.length} 题`;
    const buttons = (question ? question.words : []).map((word, number) => {
      const button = document.createElement("button");
      button.textContent = word;
      button.addEventListener("click", () => this.choose(number));
      return button;
    });
    this.stage.replaceChildren(title, ...buttons);
    this.trigger("resize");
  }

  choose(number) {
    this.chosen.push(number);
    this.show();
    const most = this.questions.length;
    if (this.chosen.length < most) this.triggerXAPI("interacted");
    else this.triggerXAPIScored(this.points(), most, "completed", true, this.points() * 3 >= most * 2);
  }

  points() {
    return this.questions.filter((each, place) => each.right === this.chosen[place]).length;
  }

  getCurrentState() {
    return { chosen: this.chosen };
  }
};
