"""Women and families as ordinary Mesa agents with plain Python attributes.

Their methods call the rules of the project as plain Python (`rule(...)`, never `.into`); no rule
is written twice. `plain_mesa.py` activates them in the order of the week.
"""

import math
from typing import TYPE_CHECKING

import mesa

from agents.sellers import CATEGORIES
from model.parameters import weekly_half_life
from model.phases import household, market, wellbeing
from model.phases.hours import divide_hours, effort_next, hours_wanted
from model.phases.learning import efficacy_next, rule_loss, skill_next, taught_next
from model.phases.making import capacity_of, hands_next, quality_next
from model.phases.money import margin_next, outside_income, shop_lines
from model.phases.outlets import shipped_cold, spoilt

if TYPE_CHECKING:
    from benchmarks.plain_mesa import PlainVillage


class Home(mesa.Agent):
    """A family."""

    def __init__(self, model: "PlainVillage", start: dict[str, float]) -> None:
        super().__init__(model)
        self.__dict__.update(start)
        self.members: list[Woman] = []

    def share_care(self) -> None:
        """Hours of care of the husband and of each woman."""
        p = self.model.p
        self.sessions *= 1.0 - weekly_half_life(p.sessions_half)
        helped = p.dialogue_needs_man + p.dialogue_elders * (self.elders_help > 0.0)
        man_weight = self.husband_away * helped + 1.0 - self.husband_away
        self.effect = household.session_effect(
            self.sessions, man_weight, p.dialogue_half_dose, p.sessions_least, p.sessions_slope
        )
        self.care_need = household.care_need(
            self.children_u6, self.children_6_12, self.elders_need, self.elders_help,
            self.husband_home, self.care_given, p.care_base, p.care_child_u6, p.care_child_6_12,
            p.care_elder, p.care_elder_help, p.care_man_home,
        )
        self.care_man = household.man_care(
            self.care_need, self.husband_home, self.support, self.effect, 0.0,
            p.care_h_man / (p.care_h_man + p.care_h_woman), p.man_share_support, p.bargain_share,
            -p.dialogue_full,
        )
        each = (self.care_need - self.care_man) / max(self.women, 1.0)
        each = min(each, p.waking_hours - p.leisure_least)
        for woman in self.members:
            woman.hours_care = each + p.ecom_to_care * woman.selling

    def feel(self) -> None:
        """Support and quarrels."""
        p, members, women = self.model.p, self.members, max(self.women, 1.0)
        online = max(0.0, sum(w.income_smooth for w in members))
        online /= self.other_income + online + p.outside_income
        burnout = sum(w.burnout for w in members) / women
        work = sum(w.hours_care + w.hours_farm + w.hours_selling for w in members) / women
        self.support = household.support_next(
            self.support, online, self.norm, self.conflict, burnout, self.effect,
            p.support_speed, p.support_start, p.support_income, p.support_norm,
            p.support_conflict, p.support_burnout, p.support_sessions, p.norm_start,
            p.conflict_base, p.burnout_level,
        )
        self.conflict = household.conflict_next(
            self.conflict, work, self.support, self.effect, p.conflict_speed, p.conflict_base,
            p.overload_hours, p.conflict_hours, p.conflict_headroom, p.conflict_calmed,
        )

    def follow_norms(self) -> None:
        """Norms of tied families, and success seen."""
        p = self.model.p
        seen, weight, success = (sum(w.around[k] for w in self.members) for k in range(3))
        self.norm = household.norm_next(
            self.norm, seen, weight, success, p.norm_speed, p.norm_success
        )

    def settle(self) -> None:
        """Other income comes in, and a part of the wages of relatives."""
        wages = sum(w.wages for w in self.members)
        self.account += self.model.p.relative_part * wages + self.other_income


class Woman(mesa.Agent):
    """One woman of working age."""

    def __init__(
        self, model: "PlainVillage", start: dict[str, float], home: Home, row: int
    ) -> None:
        super().__init__(model)
        self.__dict__.update(start)
        self.home, self.row = home, row
        self.around = (0.0, 0.0, 0.0)
        self.wages = 0.0
        home.members.append(self)

    def divide_week(self) -> None:
        """Her hours."""
        p = self.model.p
        free = max(p.waking_hours - p.leisure_least - self.hours_care, 0.0)
        self.hours_programme = min(self.hours_programme, free)
        self.effort = effort_next(
            self.effort, self.selling, self.use, p.effort_up, p.effort_down, p.idle_use,
            p.effort_floor, p.effort_ceiling,
        )
        wanted = hours_wanted(
            self.selling, self.wish_hours, self.effort, self.efficacy, self.fatigue,
            self.income_year, self.outside_wage, p.wish_efficacy, p.wish_fatigue, p.wish_gap,
            p.aspiration,
        )
        self.hours_selling, self.hours_farm, self.hours_leisure = divide_hours(
            wanted, self.hours_care, self.hours_programme, p.waking_hours, p.farm_hours,
            p.leisure_part, p.leisure_least,
        )
        self.hours_streaming = self.streamer * p.stream_part * self.hours_selling

    def make_goods(self) -> None:
        """Hands, capacity and quality."""
        p, kind = self.model.p, CATEGORIES[int(self.category)]
        output = self.model.of["output"][kind]
        self.hands = hands_next(
            self.selling, self.hands, self.use, self.price, self.unit_cost, output,
            p.start_price, p.hand_hours, p.hand_output, p.hand_wage, p.hand_worth, p.hand_use,
            p.hand_idle, p.hand_most, self.model.of["returns"][kind] + p.platform_fee / 100.0,
        )
        self.capacity = capacity_of(
            self.selling, self.hours_selling, self.hours_streaming, self.skill, self.burnout,
            self.hands, self.equipment, output, p.start_price, p.capacity_skill,
            p.skill_reference, p.burnout_output, p.burnout_level, p.burnout_spread,
            p.equipment_output, p.equipment_skill, p.hand_hours, p.hand_output,
        )
        self.quality = quality_next(
            self.quality, self.skill, self.standards, p.quality_speed, p.quality_standards,
            p.quality_base, p.quality_skill,
        )

    def draw_traffic(self) -> None:
        """Penalties, and what her shop draws of traffic."""
        m, p = self.model, self.model.p
        noise = p.luck_spread * math.sqrt(1.0 - p.luck_memory**2)
        noise *= m.draws["market.shop"][self.row]
        self.shop_luck = self.shop_luck * p.luck_memory + noise
        chance = market.incident_chance(
            self.selling, self.hours_streaming, p.stream_part * p.hours_fulltime, self.legal,
            p.banned_word_rate, p.legal_training_rr,
        )
        self.violated = float(m.draws["market.incident"][self.row] < chance)
        self.penalty_weeks, self.throttle, self.fine = market.penalty_next(
            self.penalty_weeks, self.throttle, m.draws["market.incident"][self.row], chance,
            p.ban_share, p.penalty_weeks, p.ban_weeks, p.penalty_mult, p.prosecuted_share,
            p.ad_fine,
        )
        self.pull = market.attraction(
            self.selling, self.hours_selling, self.appeal, self.skill,
            self.taught + self.durable + self.mentored + self.linked,
            self.fans, self.shop_luck, self.throttle, p.lead_boost * (self.lead >= 0.0),
            self.price, self.rating, self.brand,
            m.of["similarity"][CATEGORIES[int(self.category)]], p.effort_reference,
            p.skill_traffic_reference, p.traffic_skill, p.early_luck, -p.price_elasticity,
            p.start_price, p.rating_start, p.utility_rating, p.utility_brand,
        )

    def sell(self) -> None:
        """Orders met, and what a good costs her."""
        m, p = self.model, self.model.p
        cold = shipped_cold(m)  # type: ignore[arg-type]  # reads no column
        (
            self.kept, self.sold, self.lost, self.use, self.shown_price, self.sales, packing,
        ) = market.sales_of(
            self.selling, self.category, self.orders, self.capacity, self.price, self.brand,
            spoilt(m, cold),  # type: ignore[arg-type]  # reads no column
            p.pack_fresh + p.cold_fee * cold, p.brand_cost,
        )
        self.unit_cost = market.cost_of_good(
            self.made_total, self.capacity, p.cost_learning, p.cost_floor, p.cost_size,
            p.cost_size_most, p.goods_reference, packing, m.season.parcel_of_good,
            self.joint_delivery, p.parcel_saving,
        )
        self.made_total = market.made_next(self.made_total, self.sold, p.goods_reference)

    def set_price(self) -> None:
        """Her price, fans and rating."""
        m, p, before = self.model, self.model.p, self.price
        self.price = market.price_next(
            before, self.selling, self.use, self.mean_use, self.margin, self.brand,
            self.discipline, self.rivals_price, p.price_own_use, p.target_capacity_use,
            p.price_adjust_use, p.price_adjust_rivals, p.price_brake_low, p.price_brake_span,
            p.price_brand_damping, p.price_discipline_damping, p.price_ceiling,
        )
        self.undercut = market.cut_of(self.selling, before, self.price)
        self.fans = market.fans_next(
            self.fans, self.selling, self.sales, m.draws["market.fans"][self.row], p.fans_speed,
            p.fans_sales, p.fans_start, p.fans_noise,
        )
        self.rating = market.rating_next(
            self.rating, self.selling, self.quality, self.lost, p.rating_speed,
            p.rating_start - p.rating_late * m.season.delay_days, p.rating_lost,
        )

    def open_purse(self) -> None:
        """The lines of her shop, and her commission to a lead seller."""
        m, p = self.model, self.model.p
        lines = shop_lines(
            self.selling, self.sold, self.shown_price, self.unit_cost,
            m.season.parcel_of_good * (1.0 - p.parcel_saving * self.joint_delivery), self.kept,
            self.hands, p.platform_fee / 100.0, m.of["returns"][CATEGORIES[int(self.category)]],
            p.hand_wage, p.fixed_cost,
        )
        self.takings, self.wages = lines[0], lines[6]
        self.income_online = lines[0] - sum(lines[1:])
        self.paid_out = 0.0
        if self.lead >= 0.0:
            self.paid_out -= p.streamer_commission / 100.0 * self.sales
        if self.coop >= 0.0 or self.association > 0.0:
            self.paid_out -= p.body_fee

    def commission(self) -> None:
        """A follower's commission reaches her lead seller."""
        if self.lead >= 0.0:
            p, leader = self.model.p, self.model.women[int(self.lead)]
            leader.paid_out += p.streamer_commission / 100.0 * self.sales

    def count_money(self) -> None:
        """Her income of the week, and what she remembers of it."""
        p = self.model.p
        self.savings += self.income_online + self.paid_out - self.fine
        self.income_outside = outside_income(
            self.outside_wage, self.hours_farm, p.farm_hours, p.outside_return
        )
        self.savings += self.income_outside
        self.income_online += self.paid_out - self.fine
        self.income = self.income_online + self.income_outside + self.grants
        self.margin = margin_next(
            self.margin, self.selling, self.takings, self.income_online, self.weeks_open,
            p.margin_span,
        )
        self.income_smooth += (self.income_online - self.income_smooth) / p.loss_memory
        self.income_year += (self.income_online - self.income_year) / p.year_memory
        self.sold_before, self.price_before = self.sold, self.shown_price

    def learn(self) -> None:
        """Her know-how and self-efficacy."""
        m, p = self.model, self.model.p
        lost = rule_loss(
            m.season.rule_change, p.platform_shock_size, p.platform_churn, self.literacy,
            p.literacy_rules,
        )
        self.skill = skill_next(
            self.skill, self.skill_base, self.selling, self.peer_gain, lost, p.skill_by_use,
            p.skill_forget,
        )
        self.taught = taught_next(
            self.taught, self.follow_up, lost, weekly_half_life(p.skill_half_unused),
            p.skill_use_shield,
        )
        self.durable *= 1.0 - p.durable_fade
        self.legal *= 1.0 - p.literacy_fade
        self.literacy += p.literacy_fade * (0.5 * self.skill_base - self.literacy)
        self.literacy += 0.5 * p.skill_by_use * self.selling * (1.0 - self.literacy)
        self.follow_up *= 1.0 - p.follow_up_fade
        self.brand *= 1.0 - p.brand_fade
        self.identity *= 1.0 - p.brand_fade
        self.lift *= 1.0 - weekly_half_life(p.d_half)
        self.efficacy = efficacy_next(
            self.efficacy, self.efficacy_base, self.selling, self.income_year,
            p.aspiration * self.outside_wage, self.burnout, p.burnout_level, self.lift,
            p.efficacy_speed, p.efficacy_success, p.efficacy_burnout,
        )

    def tire(self) -> None:
        """Tiredness and burnout."""
        p, home = self.model.p, self.home
        work = self.hours_care + self.hours_farm + self.hours_selling + self.hours_programme
        self.fatigue = wellbeing.fatigue_next(
            self.fatigue, work, p.sustainable_hours, p.fatigue_hours, p.tau_acute
        )
        mean = 0.5 * (home.support + self.peer_support)
        support = (mean - p.support_start) / p.state_spread
        efficacy = (self.efficacy - p.efficacy_start) / p.state_spread
        terms = wellbeing.strain_terms(
            self.strain, self.selling, work, self.hours_streaming, home.conflict,
            self.income_smooth, self.income_year, self.outside_wage, support, efficacy,
            self.hours_leisure, self.trait, p.tau_chronic, p.burnout_level, p.burnout_spread,
            p.demand_clip, p.reverse_path * p.strain_to_stress, p.mean_hours, p.spread_hours,
            p.mean_stream, p.spread_stream, p.mean_conflict, p.spread_conflict, p.leisure_floor,
            p.load_hours, p.load_acting, p.load_conflict, p.load_income, p.load_support,
            p.load_efficacy, p.load_neglect, p.load_trait,
        )
        self.strain = min(max(self.strain + sum(terms), 0.0), 1.0)
        self.relief *= 1.0 - weekly_half_life(p.d_half)
        self.burnout = wellbeing.burnout_of(self.strain, self.relief, p.burnout_spread)

    def trust_offices(self) -> None:
        """Trust in offices goes back to where it began."""
        p = self.model.p
        gap = p.institution_start - self.trust_institution
        self.trust_institution += p.institution_speed * gap
