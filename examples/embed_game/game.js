// What creatures want. The world moves them.
(() => {
  const kWolfSpeed = 80;
  const kSheepSpeed = 15;
  const kSees = 25;

  const nearest = (to, creatures) =>
    creatures.reduce((best, each) => (best === undefined || to.distanceTo(each) < to.distanceTo(best) ? each : best), undefined);

  function start(world) {
    for (let i = 0; i < 12; i++) world.add(new Creature('sheep', 10 + (i % 4) * 25, 30 + Math.floor(i / 4) * 25));
    world.add(new Creature('wolf', 0, 0));
    world.add(new Creature('wolf', 100, 0));
  }

  function step(world, number) {
    const wolves = world.all('wolf');
    const sheep = world.all('sheep').filter((each) => each.alive);
    for (const each of sheep) {
      const wolf = nearest(each, wolves);
      if (each.distanceTo(wolf) < kSees) each.headFor(wolf, -kSheepSpeed);
      else each.vx = each.vy = 0;
    }
    for (const wolf of wolves) {
      const prey = nearest(wolf, sheep.filter((each) => each.alive));
      if (prey === undefined) {
        wolf.vx = wolf.vy = 0;
        continue;
      }
      wolf.headFor(prey, kWolfSpeed);
      if (wolf.distanceTo(prey) < 2) {
        prey.alive = false;
        console.log(`step ${number}: a sheep is caught at ${Math.round(prey.x)}, ${Math.round(prey.y)}`);
      }
    }
    world.move();
  }

  return { start, step };
})();
